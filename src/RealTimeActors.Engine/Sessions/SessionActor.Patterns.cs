using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <summary>The session and the patterns it follows: which, and where it stands in their channels.</summary>
/// <remarks>A channel that came into being after its pattern was subscribed to has no cursor until its client acks something: none means the beginning. So a birth costs the sessions that are told
/// of it nothing on disk.</remarks>
internal sealed partial class SessionActor
{
    /// <summary>Acks for channels that the session has no cursor in yet; journaled with the others.</summary>
    private readonly ChannelTable<SessionSubscription> _unannounced = new();

    /// <summary>A snapshot is as long as what it holds: with many channels it is taken less often, so that each cursor is written about once per change of one.</summary>
    protected override int SnapshotEvery => Math.Max(base.SnapshotEvery, State.Value.Subscriptions.Count);

    private void OnPatternCommand(SessionCommand command)
    {
        switch (command)
        {
            case SessionCommand.Follow follow when IsCurrent(follow.Connection):
                OnFollow(follow);
                break;
            case SessionCommand.Unfollow unfollow when IsCurrent(unfollow.Connection):
                OnUnfollow(unfollow);
                break;
            case SessionCommand.Announce announce when IsCurrent(announce.Connection):
                OnAnnounce(announce);
                break;
            case SessionCommand.Forget forget when IsCurrent(forget.Connection):
                OnForget(forget);
                break;
            case SessionCommand.ReadCursors read when IsCurrent(read.Connection):
                JournalAcks();
                read.Connection.Edge.Tell(new SessionReply.CursorsRead(
                    read.Connection.Id, [.. State.Value.Subscriptions.Values.Where(subscription => subscription.IsByPattern)], read.Tag));
                break;
        }
    }

    private void OnFollow(SessionCommand.Follow follow)
    {
        // A channel that it means may come into being while the client is away.
        if (follow.Pattern.Options.AckMode != AckMode.None && _services.Options.MayBeDurable(follow.Pattern.Pattern))
            BeginJournaling();

        Record(new SessionEvent.Followed(follow.Pattern), follow.Connection, follow.Tag);
    }

    private void OnUnfollow(SessionCommand.Unfollow unfollow)
    {
        var kept = State.Value.Subscriptions.Values.Where(subscription => subscription.IsByPattern && unfollow.Pattern.Matches(subscription.Channel) && NeedsInbox(subscription)).ToArray();
        Record(new SessionEvent.Unfollowed(unfollow.Pattern), unfollow.Connection, unfollow.Tag);
        foreach (var subscription in kept)
        {
            if (!State.Value.Subscriptions.ContainsKey(subscription.Channel))
                _services.Channels.Tell(new ChannelCommand.Unfollow(subscription.Channel, _id));
        }
    }

    private void OnAnnounce(SessionCommand.Announce announce)
    {
        if (announce.IsWhereNone)
        {
            AnnounceWhereNone(announce.Channels);
            return;
        }

        foreach (var channel in announce.Channels)
        {
            _acked.Remove(channel.Channel);
            if (channel.IsJournaled(KeepsForOffline(channel.Channel)))
                BeginJournaling();

            if (NeedsInbox(channel))
                TellFollows(channel.Channel);
        }

        Record(new SessionEvent.Announced(announce.Channels), announce.Connection, announce.Tag);
    }

    /// <summary>Channels whose cursor need not have been written so far, because none meant the beginning: from now on it means something else.</summary>
    private void AnnounceWhereNone(IReadOnlyList<SessionSubscription> channels)
    {
        if (_unannounced.Count > 0)
            JournalAcks();

        var begun = channels.Where(channel => !State.Value.Subscriptions.ContainsKey(channel.Channel)).ToArray();
        foreach (var channel in begun)
        {
            if (NeedsInbox(channel))
                TellFollows(channel.Channel);
        }

        foreach (var part in begun.Chunk(ChannelsPerEvent))
            Record(new SessionEvent.Announced(part));
    }

    private void OnForget(SessionCommand.Forget forget)
    {
        foreach (var channel in forget.Channels)
        {
            _acked.Remove(channel);
            if (State.Value.Subscriptions.TryGetValue(channel, out var subscription) && subscription.IsByPattern && NeedsInbox(subscription))
                _services.Channels.Tell(new ChannelCommand.Unfollow(channel, _id));
        }

        Record(new SessionEvent.Forgotten(forget.Channels));
    }

    private void Record(SessionEvent @event, ConnectionRef connection, object? tag)
    {
        if (tag is null)
            Record(@event);
        else
            Record(
                @event,
                then: () => connection.Edge.Tell(new SessionReply.Stored(connection.Id, tag)),
                otherwise: message => connection.Edge.Tell(new SessionReply.NotStored(connection.Id, tag, message)));
    }

    /// <summary>What was followed by a pattern is followed exactly now, or the other way round: what the client has dealt with stays so.</summary>
    private SessionSubscription AtCursor(SessionSubscription subscription)
    {
        // Where there is none, the channel was born since the pattern was subscribed to, and nothing of it was acked.
        if ((State.Value.Subscriptions.GetValueOrDefault(subscription.Channel) ?? _unannounced.GetValueOrDefault(subscription.Channel)) is not { } known)
            return subscription with { Prefix = 0, Ahead = [] };

        if (known.Epoch != subscription.Epoch)
            return subscription;

        var cursor = WithAcks(known);
        return subscription with { Prefix = cursor.Prefix, Ahead = cursor.Ahead, IsAcked = IsAcked(known), BeginsAnew = known.BeginsAnew && !IsAcked(known) };
    }

    /// <summary>An ack for a channel that came into being since its pattern was subscribed to: with it the session begins to stand somewhere there.</summary>
    private SessionSubscription? Unannounced(SessionCommand.Acknowledge acknowledge)
    {
        if (State.Value.PatternOf(acknowledge.Channel) is not { Options.AckMode: not AckMode.None } pattern)
            return null;

        if (_unannounced.TryGetValue(acknowledge.Channel, out var known) && known.Epoch == acknowledge.Epoch)
            return known;

        // What was acked of another epoch must not be journaled as if it were of this one.
        _acked.Remove(acknowledge.Channel);
        var isDurable = _services.Options.SettingsOf(acknowledge.Channel).IsDurable;
        known = new SessionSubscription(acknowledge.Channel, pattern.OptionsOf(isDurable), isDurable, acknowledge.Epoch, 0, []) { IsByPattern = true };
        _unannounced[acknowledge.Channel] = known;
        return known;
    }

    private void JournalAcks()
    {
        var announced = new List<SessionSubscription>();
        foreach (var (channel, cursor) in _acked)
        {
            if (State.Value.Subscriptions.TryGetValue(channel, out var subscription))
                Record(new SessionEvent.Acknowledged(channel, subscription.Epoch, cursor.Prefix, cursor.Ahead));
            else if (_unannounced.TryGetValue(channel, out var born))
                announced.Add(born with { Prefix = cursor.Prefix, Ahead = [.. cursor.Ahead] });
        }

        if (announced.Count > 0)
            Record(new SessionEvent.Announced(announced));

        _unannounced.Clear();
        _acked.Clear();
        Context.CancelTimer(_acksDue);
    }
}
