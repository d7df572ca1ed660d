using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <content>Checkpoints and the journal: each is on disk before it is shown.</content>
internal sealed partial class CheckpointsActor
{
    private const int CheckpointsPerSnapshot = 1_000;
    private long _trimmed;

    protected override int SnapshotEvery => Math.Min(base.SnapshotEvery, CheckpointsPerSnapshot);

    protected override CheckpointState CreateState(JournalReply.Loaded loaded)
    {
        _trimmed = loaded.Trim;
        return new CheckpointState();
    }

    protected override CheckpointState ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded)
    {
        _trimmed = loaded.Trim;
        return CheckpointFormat.ReadSnapshot(payload);
    }

    protected override ReadOnlyMemory<byte> WriteSnapshot(CheckpointState state) => CheckpointFormat.WriteSnapshot(state);

    protected override void Apply(CheckpointState state, CheckpointMade @event) => state.Apply(@event);

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<CheckpointMade> events) => CheckpointFormat.WriteRow(events);

    protected override IReadOnlyList<CheckpointMade> ReadRow(JournalRow row) => CheckpointFormat.ReadRow(row);

    protected override void OnRecovered()
    {
        _underWay = null;
        _latest = State.Latest;
        _isFirstSinceStart = true;
        AnswerWaiting();
        CatchUp();
    }

    protected override void OnCommitted(IReadOnlyList<CheckpointMade> events)
    {
        _underWay = null;
        _latest = events[^1].Checkpoint;
        AnswerWaiting();
        TrimIfDue();
        MakeIfDue();
    }

    /// <summary>It is read again where the logs stand, and made anew.</summary>
    protected override void OnLost(IReadOnlyList<CheckpointMade> events, bool isUnknown, JournalFault? fault, string message)
    {
    }

    private void AnswerWaiting()
    {
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var show in waiting)
            OnShowLatest(show);
    }

    private void TrimIfDue()
    {
        // The snapshot stands for the heads of the checkpoint that it ends with; that one is kept, so that it can be held against its root.
        var keep = options.Checkpoints.Keep;
        var upTo = Math.Min(CommittedSequence - keep, SnapshotSequence - 1);
        State.Forget(CommittedSequence - keep + 1);
        if (upTo - _trimmed < Math.Max(1, keep / 10))
            return;

        _trimmed = upTo;
        Journal.Trim(Stream, upTo, Self);
    }
}
