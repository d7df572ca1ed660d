using System.Collections.Immutable;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Events that the client could not process: kept with their attempts, delivered again when their pause is over, given up after too many.</summary>
/// <remarks>The rules are in <see cref="NackedEvent"/> and <see cref="RetryRule"/>. While no connection has the session they wait.</remarks>
internal sealed partial class SessionActor
{
    /// <summary>Events that are sent again at one time; the others come a moment later.</summary>
    private const int RedeliveriesAtOnce = 64;

    private static readonly TimeSpan _othersAfter = TimeSpan.FromMilliseconds(100);
    private static readonly object _nacksDue = new();

    /// <summary>What the present connection is to be sent again, the earliest first. Null: nothing.</summary>
    private SortedSet<(long DueUnixMs, ChannelName Channel, long Offset)>? _due;

    /// <summary>The same by event: each is due once.</summary>
    private SortedDictionary<(ChannelName Channel, long Offset), long>? _dueOf;

    private void OnNack(SessionCommand.Nack nack)
    {
        // Of another life of the log it means nothing.
        if (KnownFor(nack.Channel, nack.Epoch) is not { } subscription)
            return;

        if (HasDealtWith(nack.Channel, nack.Epoch, new OffsetRange(nack.Offset, nack.Offset)))
        {
            // Acked before, it stays so.
            nack.Connection.Edge.Tell(new SessionReply.GaveUp(nack.Connection.Id, nack.Channel, nack.Epoch, nack.Offset));
            return;
        }

        var known = subscription.Nacked.GetValueOrDefault(nack.Offset);

        // It was looked for in order to be delivered again, and the client has begun behind it meanwhile: there is nothing left to be given up.
        if (nack.IsFinal && known is null)
            return;

        var room = NackedEvent.EventsMax - subscription.Nacked.Count;
        var rule = RetryOf(nack.Channel);
        var nacked = nack.IsFinal
            ? known is { Phase: NackPhase.GivenUp } ? null : NackedEvent.GiveUp(known, nack.Offset, nack.Reason ?? "")
            : NackedEvent.OnNack(known, nack.Offset, nack.Reason, rule, hasRoom: room > 0, NowUnixMs);

        if (nacked is null)
            return;

        // Beyond the bound they go to the dead letters at once; where so many letters wait to be written already, the connection keeps it, and sends nothing more of the channel.
        if (known is null && room <= -NackedEvent.EventsMax)
        {
            nack.Connection.Edge.Tell(new SessionReply.NackLater(nack.Connection.Id, nack.Channel, nack.Epoch, nack.Offset, nack.Reason));
            return;
        }

        if (nacked.Phase != NackPhase.GivenUp)
        {
            Record(new SessionEvent.Nacked(nack.Channel, nack.Epoch, [nacked]));
            Schedule(nacked.DueUnixMs, nack.Channel, nacked.Offset);
            return;
        }

        Record(new SessionEvent.Nacked(nack.Channel, nack.Epoch, [nacked]), then: WriteLetters, otherwise: _ => { });
    }

    /// <summary>The subscription that an offset is of. A channel that came into being since its pattern was subscribed to gets its cursor now.</summary>
    private SessionSubscription? KnownFor(ChannelName channel, string epoch)
    {
        if (!State.Value.Subscriptions.ContainsKey(channel) && Unannounced(new SessionCommand.Acknowledge(_id, _connection!, channel, epoch, 0, [])) is { } born)
        {
            Record(new SessionEvent.Announced([born]));
            _unannounced.Remove(channel);
        }

        return State.Value.Subscriptions.TryGetValue(channel, out var known) && known.Epoch == epoch && known.Options.AckMode != AckMode.None ? known : null;
    }

    /// <summary>A connection has the session: what is nacked is delivered on it, none before a pause.</summary>
    /// <param name="attached">What a connection follows that had it before, and what it waits for there; null: the connection has just come.</param>
    private void BeginRedelivering(IReadOnlyList<SessionSubscription>? attached = null)
    {
        EndRedelivering();
        foreach (var (channel, subscription) in State.Value.Subscriptions)
        {
            var isInPlace = subscription.Options.Order == DeliveryOrder.Offset;
            var alive = isInPlace && !subscription.Nacked.IsEmpty ? attached?.FirstOrDefault(known => known.Channel == channel && known.Epoch == subscription.Epoch) : null;
            foreach (var (offset, nacked) in subscription.Nacked)
            {
                if (nacked.Phase == NackPhase.GivenUp)
                    continue;

                // Where nothing may overtake, it cannot come later than what follows it: it is sent in its place, and that is its next delivery, or was one too many.
                if (isInPlace && attached is null)
                    Record(new SessionEvent.Nacked(channel, subscription.Epoch, [nacked.OnDue(RetryOf(channel))]));
                else if (alive is null || alive.Nacked.ContainsKey(offset))
                    Schedule(nacked.DueOnConnection(RetryOf(channel), NowUnixMs), channel, offset);
            }
        }

        WriteLetters();
    }

    /// <summary>A channel is followed anew on the same connection: what was delivered again, and not resolved, is so once more.</summary>
    private void RedeliverAnew(ChannelName channel)
    {
        foreach (var (offset, nacked) in State.Value.Subscriptions.GetValueOrDefault(channel)?.Nacked ?? ImmutableSortedDictionary<long, NackedEvent>.Empty)
        {
            if (nacked.Phase == NackPhase.WithClient && State.Value.Subscriptions[channel].Options.Order != DeliveryOrder.Offset)
                Schedule(nacked.DueOnConnection(RetryOf(channel), NowUnixMs), channel, offset);
        }
    }

    private void EndRedelivering()
    {
        _due = null;
        _dueOf = null;
        Context.CancelTimer(_nacksDue);
    }

    private void Schedule(long dueUnixMs, ChannelName channel, long offset)
    {
        if (_connection is null)
            return;

        _due ??= [];
        _dueOf ??= [];
        if (_dueOf.TryGetValue((channel, offset), out var before))
            _due.Remove((before, channel, offset));

        _dueOf[(channel, offset)] = dueUnixMs;
        _due.Add((dueUnixMs, channel, offset));
        if (_due.Min == (dueUnixMs, channel, offset))
            WakeForNacks(TimeSpan.FromMilliseconds(Math.Max(1, dueUnixMs - NowUnixMs)));
    }

    private void WakeForNacks(TimeSpan after) => Context.StartTimer(_nacksDue, after, _nacksDue);

    private void OnNacksDue()
    {
        if (_due is null || _connection is not { } connection)
            return;

        var now = NowUnixMs;
        var count = 0;
        while (_due.Count > 0 && _due.Min.DueUnixMs <= now && count < RedeliveriesAtOnce)
        {
            var (_, channel, offset) = _due.Min;
            _due.Remove(_due.Min);
            _dueOf!.Remove((channel, offset));

            // Acked since, or its channel is not followed any more.
            if (State.Value.Subscriptions.GetValueOrDefault(channel) is not { } subscription
                || subscription.Nacked.GetValueOrDefault(offset) is not { Phase: not NackPhase.GivenUp } nacked
                || HasDealtWith(channel, subscription.Epoch, new OffsetRange(offset, offset)))
            {
                continue;
            }

            count++;
            Deliver(connection, subscription, nacked.OnDue(RetryOf(channel)));
        }

        if (_due.Count > 0)
            WakeForNacks(count == RedeliveriesAtOnce ? _othersAfter : TimeSpan.FromMilliseconds(Math.Max(1, _due.Min.DueUnixMs - now)));
    }

    /// <summary>That it is delivered once more is on disk before it is: a crash does not give it more attempts than it has.</summary>
    private void Deliver(ConnectionRef connection, SessionSubscription subscription, NackedEvent nacked)
    {
        var channel = subscription.Channel;
        Record(
            new SessionEvent.Nacked(channel, subscription.Epoch, [nacked]),
            then: () =>
            {
                if (nacked.Phase == NackPhase.GivenUp)
                    WriteLetters();
                else if (IsCurrent(connection) && IsNacked(channel, subscription.Epoch, nacked.Offset))
                    connection.Edge.Tell(new SessionReply.Redeliver(connection.Id, channel, subscription.Epoch, nacked.Offset, nacked.Deliveries, OfInbox(subscription, nacked.Offset)));
            },
            otherwise: _ => { });
    }

    /// <summary>Whether it is not resolved yet: acked, or left behind by a client that has begun elsewhere.</summary>
    private bool IsNacked(ChannelName channel, string epoch, long offset) =>
        State.Value.Subscriptions.TryGetValue(channel, out var subscription) && subscription.Epoch == epoch && subscription.Nacked.ContainsKey(offset);

    private static ChannelEvent? OfInbox(SessionSubscription subscription, long offset) =>
        subscription.Inbox.FirstOrDefault(kept => kept.Epoch == subscription.Epoch && kept.Event.Offset == offset)?.Event;

    private RetryRule RetryOf(ChannelName channel) => _services.Options.SettingsOf(channel).Retry;

    private IReadOnlyList<NackedEvent> NackedOf(ChannelName channel) =>
        State.Value.Subscriptions.TryGetValue(channel, out var subscription) && !subscription.Nacked.IsEmpty ? [.. subscription.Nacked.Values] : [];
}
