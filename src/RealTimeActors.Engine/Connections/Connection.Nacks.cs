using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Events that the client could not process: the session is told, and what it wants delivered again is found and sent, before anything else, under the client's credit.</summary>
internal sealed partial class Connection
{
    /// <summary>Events that are read from channels at one time in order to be sent again.</summary>
    private const int RedeliveriesReadMax = 16;

    /// <summary>Nacks of a channel that are said again at one look, once a second, though none was resolved that one knows of.</summary>
    private const int NacksAtOnce = 64;

    /// <summary>In the order in which the session asked for them. Null: none.</summary>
    private List<Redelivery>? _redeliveries;

    /// <summary>Nacks for which the session has no room, by channel; until it has, no further events of these are sent, so that they cannot become more than were on their way. Null: none.</summary>
    private SortedDictionary<ChannelName, Queue<SessionReply.NackLater>>? _nacksLater;

    /// <summary>What the session has given up on before the client was told of its position. Null: nothing.</summary>
    private List<SessionReply.GaveUp>? _gaveUpEarly;

    private void OnNack(ClientFrame.Nack nack)
    {
        if (!TryName(nack, nack.Channel, out var channel))
            return;

        if (_subscriptions.GetValueOrDefault(channel) is not { IsStarted: true } subscription || subscription.Options.AckMode == AckMode.None)
        {
            if (!TryNackOfSleeper(channel, nack))
                Refuse(nack, ErrorCode.BadRequest, $"There is no subscription to '{channel}' with acks; only what such a one was sent can be nacked.");
        }
        else if (subscription.Options.Mode == SubscriptionMode.State)
        {
            // A change that comes after later ones would take the value back.
            Refuse(nack, ErrorCode.BadRequest, $"'{channel}' is followed in mode state: a change cannot be nacked. Follow its events, or subscribe again for the state as it is.");
        }
        else if (subscription.Nack(nack.Offset, nack.Reason))
        {
            _edge.Figures.EventsNacked++;
            services.Sessions.Tell(new SessionCommand.Nack(SessionId, _ref!, channel, subscription.Epoch, nack.Offset, nack.Reason, IsFinal: false));
            if (Has(PlantedBug.NackedCountsAsAcked))
                _edge.Acked(subscription.Channel, SessionId, subscription.Epoch, 0, [new OffsetRange(nack.Offset, nack.Offset)]);
        }
        else
        {
            Refuse(nack, ErrorCode.BadRequest, $"Offset {nack.Offset} of '{channel}' was not sent on this connection; a nack names an event that was.");
        }
    }

    /// <summary>A channel that has rested since is woken: a subscription knows what it waits for, and says so again when the word to the session was lost with a link.</summary>
    private bool TryNackOfSleeper(ChannelName channel, ClientFrame.Nack nack)
    {
        if (_patterns is not null && _patterns.TryGetSleeper(channel, out var sleeper))
        {
            if (!sleeper.IsTold || !sleeper.By.IsAcked || nack.Offset > sleeper.Prefix)
                return false;

            Wake(channel, sleeper, isAwake: false);
        }

        // Or it is about to be woken already, for another nack or its next event.
        if (_subscriptions.GetValueOrDefault(channel) is not { IsStarted: false, By.IsAcked: true, Asked.Request.IsRejoin: true, AskedFrom: From.Position from } woken || nack.Offset > from.Offset)
            return false;

        // It is not there to catch up, and may have to wait for long.
        EndVisit(woken);
        woken.NackAsleep(nack.Offset, nack.Reason);
        services.Sessions.Tell(new SessionCommand.Nack(SessionId, _ref!, channel, from.Epoch, nack.Offset, nack.Reason, IsFinal: false));
        return true;
    }

    /// <summary>Whether more of the channel is nacked than the session has room for.</summary>
    internal bool WaitsForNacks(ChannelName channel) => _nacksLater?.ContainsKey(channel) == true;

    private void OnNackLater(SessionReply.NackLater nack)
    {
        if (_phase == Phase.Ended)
            return;

        if ((_nacksLater ??= []).TryGetValue(nack.Channel, out var waiting))
            waiting.Enqueue(nack);
        else
            _nacksLater.Add(nack.Channel, new Queue<SessionReply.NackLater>([nack]));
    }

    /// <summary>There may be room for so many more.</summary>
    private void TellNacks(ChannelName channel, int count)
    {
        if (_nacksLater?.GetValueOrDefault(channel) is not { } waiting)
            return;

        for (; count > 0 && waiting.TryDequeue(out var nack); count--)
            services.Sessions.Tell(new SessionCommand.Nack(SessionId, _ref!, channel, nack.Epoch, nack.Offset, nack.Reason, IsFinal: false));

        if (waiting.Count > 0)
            return;

        _nacksLater.Remove(channel);
        if (_nacksLater.Count == 0)
            _nacksLater = null;

        if (_subscriptions.GetValueOrDefault(channel) is { } subscription)
            MarkReady(subscription);
    }

    private void TellNacksOfAll()
    {
        foreach (var channel in _nacksLater?.Keys.ToArray() ?? [])
            TellNacks(channel, NacksAtOnce);
    }

    private void OnRedeliver(SessionReply.Redeliver redeliver)
    {
        if (_phase == Phase.Ended)
            return;

        _redeliveries?.RemoveAll(redelivery => redelivery.Channel == redeliver.Channel && redelivery.Offset == redeliver.Offset);
        (_redeliveries ??= []).Add(new Redelivery(this, redeliver.Channel, redeliver.Epoch, redeliver.Offset, redeliver.Attempt) { Event = redeliver.Event });
        if (_patterns is not null && _patterns.TryGetSleeper(redeliver.Channel, out var sleeper))
            Wake(redeliver.Channel, sleeper, isAwake: false);

        PrepareRedeliveries();
    }

    /// <summary>Finds the events that are not at hand yet: in what the edge holds of the channel, or else in its log.</summary>
    private void PrepareRedeliveries()
    {
        if (_redeliveries is not { Count: > 0 } redeliveries)
            return;

        var reading = redeliveries.Count(redelivery => redelivery.IsReading);
        var isReady = false;
        foreach (var redelivery in redeliveries)
        {
            if (SubscriptionOf(redelivery) is not { } subscription || redelivery.IsReading)
                continue;

            redelivery.Event ??= subscription.Channel.Find(redelivery.Offset);
            if (redelivery.Event is not null)
            {
                isReady = true;
            }
            else if (reading < RedeliveriesReadMax)
            {
                reading++;
                redelivery.IsReading = true;
                services.Channels.Tell(new ChannelCommand.Read(redelivery.Channel, new From.Position(redelivery.Epoch, redelivery.Offset - 1), 1, redelivery, _edge.Address));
            }
        }

        if (isReady && !_isBlocked)
            _edge.MarkDirty(this);
    }

    internal void OnRedeliveryRead(Redelivery redelivery, ChannelReply reply)
    {
        redelivery.IsReading = false;
        if (_redeliveries?.Contains(redelivery) != true)
            return;

        if (reply is ChannelReply.EventsRead page)
            redelivery.Event = page.Events.FirstOrDefault(e => e.Offset == redelivery.Offset && page.Epoch == redelivery.Epoch);

        if (redelivery.Event is null && reply is ChannelReply.EventsRead or ChannelReply.Refused { Code: ErrorCode.PositionGone })
        {
            // Retention was faster; there is nothing that could be processed.
            _redeliveries.Remove(redelivery);
            services.Sessions.Tell(new SessionCommand.Nack(SessionId, _ref!, redelivery.Channel, redelivery.Epoch, redelivery.Offset, "It was not retained until it could be delivered again.", IsFinal: true));
        }

        // What could not be read just now is tried again with the next look, once a second.
        if (redelivery.Event is not null)
            PrepareRedeliveries();
    }

    /// <summary>Writes what is to be delivered again. False: there was no room for all of it.</summary>
    private bool FillRedeliveries(Outgoing to)
    {
        if (_redeliveries is not { } redeliveries)
            return true;

        for (var i = 0; i < redeliveries.Count && to.EventsLeft > 0; i++)
        {
            var redelivery = redeliveries[i];
            if (redelivery.Event is not { } e || SubscriptionOf(redelivery) is not { } subscription)
                continue;

            if (subscription.IsPastItsTime(e))
            {
                DropExpired(redelivery, subscription);
            }
            else if (to.TryWriteAgain((subscription.View as FieldsView)?.Select(e) ?? e, redelivery.Attempt))
            {
                subscription.SentAgain(redelivery.Offset);
                _edge.Figures.EventsRedelivered++;
            }
            else
            {
                return false;
            }

            redeliveries.RemoveAt(i--);
        }

        if (redeliveries.Count == 0)
            _redeliveries = null;

        return true;
    }

    /// <summary>Its time to live is over: nobody wants it any more, and it counts as done.</summary>
    private void DropExpired(Redelivery redelivery, Subscription subscription)
    {
        _edge.Figures.EventsExpired++;
        OffsetRange[] done = [new(redelivery.Offset, redelivery.Offset)];
        var counted = Resolved(subscription, redelivery.Offset, done);
        services.Sessions.Tell(new SessionCommand.Acknowledge(SessionId, _ref!, redelivery.Channel, redelivery.Epoch, 0, done) { Counted = counted });
    }

    /// <summary>The session has given up on an event: it will not come again, and counts as acked.</summary>
    private void OnGaveUp(SessionReply.GaveUp gaveUp)
    {
        TellNacks(gaveUp.Channel, 1);
        _redeliveries?.RemoveAll(redelivery => redelivery.Channel == gaveUp.Channel && redelivery.Epoch == gaveUp.Epoch && redelivery.Offset == gaveUp.Offset);
        if (_subscriptions.GetValueOrDefault(gaveUp.Channel) is not { } subscription)
        {
            // It rests: the client holds its own position back all the same.
            if (_patterns is not null && _patterns.TryGetSleeper(gaveUp.Channel, out var sleeper) && sleeper.IsTold && sleeper.Epoch == gaveUp.Epoch)
                Send(new ServerFrame.Skip(gaveUp.Channel.Value, gaveUp.Offset, gaveUp.Offset));

            return;
        }

        if (!subscription.IsStarted)
            (_gaveUpEarly ??= []).Add(gaveUp);
        else if (subscription.Epoch == gaveUp.Epoch)
            OnGaveUp(subscription, gaveUp);
    }

    /// <summary>It was the session's own doing: it is told only where a publisher waits for it here.</summary>
    private void OnGaveUp(Subscription subscription, SessionReply.GaveUp gaveUp)
    {
        OffsetRange[] done = [new(gaveUp.Offset, gaveUp.Offset)];
        if (Resolved(subscription, gaveUp.Offset, done) is { Count: > 0 } counted)
            services.Sessions.Tell(new SessionCommand.Acknowledge(SessionId, _ref!, gaveUp.Channel, gaveUp.Epoch, 0, done) { Counted = counted });
    }

    /// <summary>The client is told of its position now: what the session has given up on since it said what it holds back does not come either.</summary>
    private void ResolveEarly(Subscription subscription)
    {
        if (_gaveUpEarly is not { } early)
            return;

        foreach (var gaveUp in early.Where(gaveUp => gaveUp.Channel == subscription.Channel.Name && gaveUp.Epoch == subscription.Epoch && subscription.Holds(gaveUp.Offset)))
            OnGaveUp(subscription, gaveUp);

        early.RemoveAll(gaveUp => gaveUp.Channel == subscription.Channel.Name);
        if (early.Count == 0)
            _gaveUpEarly = null;
    }

    private IReadOnlyList<AwaitedAck> Resolved(Subscription subscription, long offset, IReadOnlyList<OffsetRange> done)
    {
        subscription.Resolve(offset);

        // The client holds its own position back for it.
        Send(new ServerFrame.Skip(subscription.Channel.Name.Value, offset, offset));
        return _edge.Acked(subscription.Channel, SessionId, subscription.Epoch, 0, done);
    }

    /// <summary>The subscription by which an event goes out; null: the client was not told of it yet, or it has ended or begun anew.</summary>
    private Subscription? SubscriptionOf(Redelivery redelivery) =>
        _subscriptions.GetValueOrDefault(redelivery.Channel) is { IsStarted: true } subscription && subscription.Epoch == redelivery.Epoch ? subscription : null;
}
