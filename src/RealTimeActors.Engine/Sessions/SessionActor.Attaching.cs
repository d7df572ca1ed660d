using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>The session's actor and its connection are not of the same life, or not on the same node: a connection goes on with an actor that it was not opened with; a connection's node is gone; the session's
/// shard goes to another node.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Commands of a connection that is not known yet, which are kept until it has attached; beyond it, the connection is closed.</summary>
    private const int EarlyMax = 1_000;

    private List<SessionCommand>? _early;

    protected override bool IsSettled => base.IsSettled && _promises is not { Count: > 0 };

    protected override void OnStop()
    {
        // Only where there was no time left for it.
        while (_promises is not null && _promises.TryDequeue(out var promise))
            promise.Otherwise("its node hands the session over, and could not write it in time");

        // What was kept for a connection that has not attached is not known anywhere else: it comes back, and asks again. Acks it repeats by itself.
        foreach (var by in (_early ?? []).Where(early => early is not (SessionCommand.Acknowledge or SessionCommand.RetireFormerKey)).Select(early => early.By!).DistinctBy(by => by.Id))
            by.Edge.Tell(new SessionReply.NotOpened(by.Id, null));
    }

    /// <summary>Whether a command has to wait until its connection has attached.</summary>
    private bool IsEarly(SessionCommand command)
    {
        if (_connection is not null || command.By is not { } by)
            return false;

        _early ??= [];
        if (_early.Count >= EarlyMax)
        {
            by.Edge.Tell(new SessionReply.NotOpened(by.Id, null));
            return true;
        }

        if (!_early.Exists(early => early.By!.Id == by.Id))
            by.Edge.Tell(new SessionReply.AttachAnew(by.Id));

        _early.Add(command);
        return true;
    }

    private void OnAttach(SessionCommand.Attach attach)
    {
        if (IsCurrent(attach.Connection))
            return;

        var state = State.Value;
        if (_connection is not null || (state.Exists && (!IsKey(attach.KeyHash, state.KeyHash) || state.User != attach.User)))
        {
            attach.Connection.Edge.Tell(new SessionReply.TakenOver(attach.Connection.Id));
            return;
        }

        Connect(attach.Connection);

        // It may have gone another way than the word that the connection has ended, or was told again, and came after it.
        attach.Connection.Edge.Tell(new SessionReply.Attached(attach.Connection.Id, _id));
        if (state.IsAway)
            Record(new SessionEvent.Attached(NowUnixMs));

        if (state.Exists)
            TakeAcks(attach);
        else
            BeginAnew(attach);

        TellBack();
        BeginRedelivering(attach.Subscriptions);
        TakeNacked(attach);
        TakeEarly();
    }

    private void TakeAcks(SessionCommand.Attach attach)
    {
        foreach (var acked in attach.Subscriptions)
        {
            if (acked.IsAcked)
                OnAcknowledge(new SessionCommand.Acknowledge(_id, attach.Connection, acked.Channel, acked.Epoch, acked.Prefix, []));
        }
    }

    /// <summary>What the connection waits for: a nack, or the word that it was given up, may have been lost with the link between their nodes.</summary>
    private void TakeNacked(SessionCommand.Attach attach)
    {
        foreach (var awaiting in attach.Subscriptions)
        {
            foreach (var (offset, nacked) in awaiting.Nacked)
            {
                var isKnown = IsNacked(awaiting.Channel, awaiting.Epoch, offset) && !HasDealtWith(awaiting.Channel, awaiting.Epoch, new OffsetRange(offset, offset));
                if (!isKnown)
                    OnNack(new SessionCommand.Nack(_id, attach.Connection, awaiting.Channel, awaiting.Epoch, offset, nacked.Reason, IsFinal: false));
            }
        }
    }

    /// <summary>It was in memory only, and is not any more: what the connection knows of it is what there is.</summary>
    private void BeginAnew(SessionCommand.Attach attach)
    {
        Record(new SessionEvent.Begun(attach.User, attach.KeyHash, default, NowUnixMs));
        foreach (var pattern in attach.Patterns)
        {
            if (pattern.Options.AckMode != AckMode.None && _services.Options.MayBeDurable(pattern.Pattern))
                BeginJournaling();

            // Cursors may be missing: none does not mean the beginning.
            Record(new SessionEvent.Followed(pattern with { HasRefused = true }));
        }

        foreach (var subscription in attach.Subscriptions.Select(known => known with { Nacked = known.Nacked.Clear() }))
        {
            if (subscription.IsJournaled(KeepsForOffline(subscription.Channel)))
                BeginJournaling();

            if (NeedsInbox(subscription))
                TellFollows(subscription.Channel);

            Record(subscription.IsByPattern ? new SessionEvent.Announced([subscription]) : new SessionEvent.Subscribed(subscription));
        }
    }

    /// <summary>Whether the connection has said something about the channel after this, which came before it: where a shard has moved, what waited for it at another node is passed on late. It is as if it had been done then.</summary>
    private bool IsOvertaken(ConnectionRef by, ChannelName channel, long number, object? tag)
    {
        if (State.Value.Subscriptions.GetValueOrDefault(channel) is not { } later || later.NumberedBy != by.Id || later.Number <= number)
            return false;

        by.Edge.Tell(new SessionReply.Stored(by.Id, tag));
        return true;
    }

    /// <summary>The connection has the session from now on.</summary>
    private void Connect(ConnectionRef connection)
    {
        Disconnect();
        _connection = connection;
        Context.SetIdleTimeout(null);

        // Where its node is gone, nobody else tells that it has ended.
        if (_services.IsClustered && Context.CanWatch(connection.Edge))
            Context.Watch(connection.Edge);
    }

    private void Disconnect()
    {
        if (_services.IsClustered && _connection is { } former && Context.CanWatch(former.Edge))
            Context.Unwatch(former.Edge);

        _connection = null;
    }

    private void TakeEarly()
    {
        var early = _early;
        _early = null;
        foreach (var command in early ?? [])
            OnCommand(command);
    }

    private void OnEdgeLost(IActorRef edge)
    {
        if (_connection is { } connection && ReferenceEquals(connection.Edge, edge))
            OnDetach(new SessionCommand.Detach(_id, connection));
    }

    /// <summary>The shard goes to another node: everything that is known is written, also of a session that was in memory only.</summary>
    private void OnLeave()
    {
        StopWhenSettled();
        JournalAcks();
        if (State.Value.Exists)
            BeginJournaling();
    }
}
