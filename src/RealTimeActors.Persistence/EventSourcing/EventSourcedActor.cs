using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.EventSourcing;

/// <summary>
/// An actor whose state is the fold of its journaled events.
/// </summary>
/// <remarks>
/// Commands pipeline: <see cref="Persist"/> moves the state at once (the <em>tentative</em> state, on which the next command is decided) and the journal learns of
/// it at the end of the run, in one row. What depends on durability happens in <see cref="OnCommitted"/>, which cannot overtake the write. When an append fails, or
/// its outcome cannot be learnt, everything undecided is handed to <see cref="OnLost"/> and the actor recovers: the journal knows the truth.
/// It goes through the phases <see cref="LoadingPhase"/>, <see cref="ReplayingPhase"/> and <see cref="RunningPhase"/>.
/// </remarks>
public abstract partial class EventSourcedActor<TCommand, TEvent, TState> : Actor<object>
    where TCommand : class
    where TEvent : class
    where TState : class
{
    /// <summary>Before it ends for good an actor takes a snapshot when this part of what otherwise calls for one has come since the last: below that the events are read as fast.</summary>
    private const int LastSnapshotShare = 8;

    private static readonly object _recoverAgain = new();

    private readonly IJournal _journal;
    private readonly EventSourcingOptions _options;

    /// <summary>What is on its way to the disk; null until something was persisted: most sessions never are.</summary>
    private Pipeline? _pipeline;
    private Phase _phase = null!;
    private Snapshot? _snapshotWaiting;
    private long _snapshotTaken;
    private long _appended;
    private bool _stopsWhenSettled;
    private bool _leavesSnapshot;

    /// <summary>An actor over one stream.</summary>
    protected EventSourcedActor(IJournal journal, StreamId stream, EventSourcingOptions options)
    {
        _journal = journal;
        Stream = stream;
        _options = options;
    }

    /// <summary>The stream of this actor.</summary>
    protected StreamId Stream { get; }

    /// <summary>The journal, for reads and trims of the own stream.</summary>
    protected IJournal Journal => _journal;

    /// <summary>The tentative state: everything that was persisted, on disk or on its way.</summary>
    protected TState State { get; private set; } = null!;

    /// <summary>The sequence of the last event that is certainly on disk.</summary>
    protected long CommittedSequence { get; private set; }

    /// <summary>Entries up to this sequence are covered by a snapshot that is on disk: only they may be trimmed.</summary>
    protected long SnapshotSequence { get; private set; }

    /// <summary>Events that are on their way to the disk.</summary>
    protected int UndecidedCount => _pipeline?.Undecided.Count ?? 0;

    /// <summary>A snapshot is taken when so many events came since the last one. Asked when it may be due.</summary>
    protected virtual int SnapshotEvery => _options.SnapshotEvery;

    /// <summary>Whether nothing is under way that an actor which is to end has to wait for.</summary>
    protected virtual bool IsSettled => UndecidedCount == 0;

    /// <summary>Whether recovery is over.</summary>
    protected bool IsRunning => _phase is RunningPhase;

    /// <summary>Handles a command, decided on <see cref="State"/>.</summary>
    protected abstract void OnCommand(TCommand command);

    /// <summary>The state of a stream without events.</summary>
    protected abstract TState CreateState(JournalReply.Loaded loaded);

    /// <summary>Moves the state by one event, and touches nothing else. Called for new events and in recovery alike.</summary>
    protected abstract void Apply(TState state, TEvent @event);

    /// <summary>Writes a run of events as the payload of one row, its format version first.</summary>
    protected abstract ReadOnlyMemory<byte> WriteRow(IReadOnlyList<TEvent> events);

    /// <summary>Reads the payload of a row, of this version or an older one.</summary>
    protected abstract IReadOnlyList<TEvent> ReadRow(JournalRow row);

    /// <summary>Writes the whole state, its format version first.</summary>
    protected abstract ReadOnlyMemory<byte> WriteSnapshot(TState state);

    /// <summary>Reads the state back.</summary>
    protected abstract TState ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded);

    /// <summary>These events are on disk now, and so is everything before them.</summary>
    protected abstract void OnCommitted(IReadOnlyList<TEvent> events);

    /// <summary>These events did not make it (<paramref name="isUnknown"/> false) or may or may not have (true). Recovery follows at once.</summary>
    protected abstract void OnLost(IReadOnlyList<TEvent> events, bool isUnknown, JournalFault? fault, string message);

    /// <summary>Recovery is over; commands follow.</summary>
    protected virtual void OnRecovered() { }

    /// <summary>
    /// The journal cannot be read. What passes by itself is tried again after <see cref="EventSourcingOptions.RecoveryRetryAfter"/>, while commands wait in the stash: an actor that
    /// stopped would take them along, and nobody would answer them. Anything else is a fault, which stops or restarts the actor.
    /// </summary>
    private void OnRecoveryFailed(JournalFault fault, string message)
    {
        if (fault is not (JournalFault.Unavailable or JournalFault.Overloaded))
            throw new JournalUnavailableException($"Stream {Stream} cannot be recovered: {message}");

        _phase = new WaitingPhase(this);
        Context.StartTimer(_recoverAgain, _options.RecoveryRetryAfter, _recoverAgain);
    }

    /// <summary>A reply to a read, trim or delete that the derived actor asked for.</summary>
    protected virtual void OnJournalReply(JournalReply reply) { }

    /// <summary>A message that is neither command nor journal reply.</summary>
    protected virtual void OnOther(object message) { }

    /// <summary>Promises the event to the journal and moves the state. <see cref="OnCommitted"/> tells when it is on disk.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="withPrevious">Whether it reaches the disk together with the event persisted just before it in the same handler, or not at all.</param>
    protected void Persist(TEvent @event, bool withPrevious = false)
    {
        Apply(State, @event);
        var pipeline = _pipeline ??= new Pipeline();
        pipeline.Undecided.Enqueue(@event);
        pipeline.NextRow.Add(@event);
        if (withPrevious)
            pipeline.Groups[^1]++;
        else
            pipeline.Groups.Add(1);
    }

    /// <inheritdoc/>
    protected override void OnStart() => Recover();

    /// <inheritdoc/>
    protected sealed override void Receive(object message) => _phase.Receive(message);

    /// <inheritdoc/>
    protected override void OnRunEnd()
    {
        AppendWaiting();
        if (!_stopsWhenSettled || !IsRunning)
            return;

        if (_leavesSnapshot)
            TakeSnapshotIfDue();

        if (IsSettled)
            Stop();
    }

    /// <summary>From now on the actor ends at the end of the first run in which it has recovered and is settled (<see cref="IsSettled"/>).</summary>
    /// <param name="withSnapshot">Whether a snapshot is taken sooner than otherwise, for whoever recovers it elsewhere while others wait. Nobody waits until it is saved. Only where events alone move the state.</param>
    protected void StopWhenSettled(bool withSnapshot = false) => (_stopsWhenSettled, _leavesSnapshot) = (true, withSnapshot);

    /// <summary>Ends the actor in good order.</summary>
    protected virtual void Stop() => Context.Stop(Self);

    private void Recover()
    {
        _pipeline = null;
        _snapshotWaiting = null;
        _phase = new LoadingPhase(this);
        _journal.Load(Stream, Self);
    }

    private void AppendWaiting()
    {
        if (_pipeline is not { NextRow.Count: > 0 } pipeline)
            return;

        var start = 0;
        var groups = 0;

        // A snapshot is of the state after everything that waits: when one is due, all of it goes now, so that it comes also under constant load. Who is about to end waits for one commit less.
        while (start < pipeline.NextRow.Count && (pipeline.RowsInFlight.Count < _options.RowsInFlightMax || IsSnapshotDue || _stopsWhenSettled))
        {
            var count = pipeline.Groups[groups++];
            while (groups < pipeline.Groups.Count && count + pipeline.Groups[groups] <= _options.RowEventsMax)
                count += pipeline.Groups[groups++];

            var row = new JournalRow(_appended + 1, count, WriteRow(pipeline.NextRow.GetRange(start, count)));
            _journal.Append(Stream, _appended, row, Self);
            pipeline.RowsInFlight.Enqueue(row);
            _appended = row.Last;
            start += count;
        }

        pipeline.NextRow.RemoveRange(0, start);
        pipeline.Groups.RemoveRange(0, groups);
        if (start > 0 && pipeline.NextRow.Count == 0)
            TakeSnapshotIfDue();
    }

    private bool IsSnapshotDue => _snapshotWaiting is null && _appended - _snapshotTaken >= (_leavesSnapshot ? Math.Max(1, SnapshotEvery / LastSnapshotShare) : SnapshotEvery);

    private void TakeSnapshotIfDue()
    {
        if (!IsSnapshotDue)
            return;

        _snapshotTaken = _appended;
        _snapshotWaiting = new Snapshot(_appended, WriteSnapshot(State));
        SaveSnapshotIfTrue();
    }

    /// <summary>The state is tentative: the snapshot waits until the row it ends with is on disk.</summary>
    private void SaveSnapshotIfTrue()
    {
        if (_snapshotWaiting is not { } snapshot || snapshot.Sequence > CommittedSequence)
            return;

        _journal.SaveSnapshot(Stream, snapshot.Sequence, snapshot.Payload, _stopsWhenSettled ? NobodyWaits.Instance : Self);
        _snapshotWaiting = null;
    }

    private sealed class Pipeline
    {
        /// <summary>Events persisted but not yet on disk, oldest first: those in rows under way, then those of the next row.</summary>
        internal Queue<TEvent> Undecided { get; } = new();

        internal List<TEvent> NextRow { get; } = [];

        /// <summary>How many events of <see cref="NextRow"/> belong together, and go to the disk in one row or not at all.</summary>
        internal List<int> Groups { get; } = [];

        internal Queue<JournalRow> RowsInFlight { get; } = new();
    }
}
