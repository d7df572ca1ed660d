using RealTimeActors.Persistence.Journals;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Sessions;

/// <summary>The session and its journal: what is recorded, what waits for the disk, what is lost.</summary>
internal sealed partial class SessionActor
{
    private const int ChannelsPerEvent = 256;

    protected override Holder CreateState(JournalReply.Loaded loaded) => new(SessionState.New);

    protected override void Apply(Holder state, SessionEvent @event) => state.Value = state.Value.Apply(@event);

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<SessionEvent> events) => SessionFormat.Write(events);

    protected override IReadOnlyList<SessionEvent> ReadRow(JournalRow row) =>
        _services.Options.Bug == PlantedBug.AttemptsForgottenAtRestart ? [.. SessionFormat.Read(row.Payload).Where(e => e is not SessionEvent.Nacked)] : SessionFormat.Read(row.Payload);

    protected override ReadOnlyMemory<byte> WriteSnapshot(Holder state) => SessionFormat.Write(History(state.Value));

    protected override Holder ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded) =>
        new(SessionFormat.Read(payload).Aggregate(SessionState.New, (state, e) => state.Apply(e)));

    protected override void OnRecovered()
    {
        _persisted = CommittedSequence;
        _isJournaled = CommittedSequence > 0;
        if (_connection is not null)
            return;

        // Also after an append was lost, and the connection with it: whoever keeps events for this session must know that it is away.
        Context.SetIdleTimeout(_services.Options.PassivateAfter);
        TellAway();
        WriteLetters();
    }

    protected override void OnCommitted(IReadOnlyList<SessionEvent> events)
    {
        while (_promises is not null && _promises.TryPeek(out var promise) && promise.Sequence <= CommittedSequence)
            _promises.Dequeue().Then();

        // Rows before the snapshot are not needed again; a session's log stays as short as its state.
        if (SnapshotSequence > _trimmed)
        {
            _trimmed = SnapshotSequence;
            Journal.Trim(Stream, _trimmed, Self);
        }
    }

    protected override void OnLost(IReadOnlyList<SessionEvent> events, bool isUnknown, JournalFault? fault, string message)
    {
        // The connection lives on a session that is no longer what it was told: it comes back and is told anew.
        while (_promises is not null && _promises.TryDequeue(out var promise))
            promise.Otherwise(message);

        _acked.Clear();
        EndRedelivering();
        _letters = null;
        if (_connection is { } connection)
            connection.Edge.Tell(new SessionReply.NotOpened(connection.Id, null));

        Disconnect();
    }

    protected override void OnJournalReply(JournalReply reply)
    {
        if (reply is JournalReply.Deleted)
            _shard.Tell(new ShardMessage.Passivate(_id));

        if (reply is JournalReply.Deleted or JournalReply.DeleteFailed)
            AnswerEnders((reply as JournalReply.DeleteFailed)?.Message);
    }

    /// <summary>The shortest row of events that leads to this state.</summary>
    private static List<SessionEvent> History(SessionState state)
    {
        var events = new List<SessionEvent>();
        // It makes no difference now for which key each of them was given: as if it had been the former one.
        ReadOnlyMemory<byte>[] keys = [.. state.OtherKeyHashes, state.KeyHash];
        events.Add(new SessionEvent.Begun(state.User, keys[0], state.FormerKeyHash, state.SeenUnixMs));
        events.AddRange(keys.Skip(1).Select(key => new SessionEvent.Opened(key, state.FormerKeyHash, state.SeenUnixMs)));

        events.AddRange(state.Patterns.Values.Select(pattern => new SessionEvent.Followed(pattern)));
        events.AddRange(state.Subscriptions.Values.Where(subscription => subscription.IsByPattern).Chunk(ChannelsPerEvent).Select(channels => new SessionEvent.Announced(channels)));
        foreach (var subscription in state.Subscriptions.Values)
        {
            if (!subscription.IsByPattern)
                events.Add(new SessionEvent.Subscribed(subscription));

            if (!subscription.Nacked.IsEmpty)
                events.Add(new SessionEvent.Nacked(subscription.Channel, subscription.Epoch, [.. subscription.Nacked.Values]));

            events.AddRange(subscription.Inbox.Select(kept => new SessionEvent.Kept(subscription.Channel, kept.Epoch, [kept.Event])));
        }

        if (state.IsAway)
            events.Add(new SessionEvent.Detached(state.SeenUnixMs));

        return events;
    }

    /// <summary>From now on the session is on disk: its first row says how far it had come in memory.</summary>
    private void BeginJournaling()
    {
        if (_isJournaled)
            return;

        _isJournaled = true;
        foreach (var e in History(State.Value))
            Record(e);
    }

    private void Record(SessionEvent @event, Action? then = null, Action<string>? otherwise = null)
    {
        if (!_isJournaled)
        {
            Apply(State, @event);
            then?.Invoke();
            return;
        }

        Persist(@event);
        _persisted++;
        if (then is not null)
            (_promises ??= new()).Enqueue(new Promise(_persisted, then, otherwise!));
    }

    private sealed record Promise(long Sequence, Action Then, Action<string> Otherwise);

    /// <summary>The immutable state, where the event-sourced actor can move it.</summary>
    internal sealed class Holder(SessionState value)
    {
        internal SessionState Value { get; set; } = value;
    }
}
