namespace RealTimeActors.Engine.DeadLetters;

/// <summary>One request to replay while it is worked on.</summary>
internal sealed class ReplayRun(ReplayCommand.Replay asked, IEnumerable<long> unresolved)
{
    private readonly List<ReplayFailure> _failed = [];

    internal ReplayCommand.Replay Asked { get; } = asked;

    /// <summary>Letters that an earlier request left between begun and published: they are dealt with first, while the sequence with which they were tried is still remembered.</summary>
    internal Queue<long> Unresolved { get; } = new(unresolved);

    /// <summary>Those of them that were.</summary>
    internal SortedSet<long> Resolved { get; } = [];

    /// <summary>The newest letter that is meant; null: not known yet.</summary>
    internal long? UpTo { get; set; } = asked.Offset ?? asked.UpTo;

    /// <summary>Letters up to here were looked at.</summary>
    internal long LookedTo { get; set; } = asked.Offset - 1 ?? asked.After;

    /// <summary>How many were looked at.</summary>
    internal int Looked { get; set; }

    /// <summary>Publishes that are not answered yet.</summary>
    internal int Waiting { get; set; }

    internal int Published { get; private set; }

    internal int Already { get; set; }

    /// <summary>Whether all letters were read that there are.</summary>
    internal bool IsAtEnd { get; set; }

    private int _failedCount;

    /// <summary>A letter is in the log: now, or it had been before and that was not written down.</summary>
    internal void Count(long offset, bool isRepeat)
    {
        if (!IsMeant(offset))
            return;

        Published += isRepeat ? 0 : 1;
        Already += isRepeat ? 1 : 0;
    }

    internal void Fail(long offset, string reason)
    {
        if (!IsMeant(offset))
            return;

        _failedCount++;
        if (_failed.Count < ReplayReply.Replayed.FailedMax)
            _failed.Add(new ReplayFailure(offset, reason));
    }

    /// <summary>Whether it was asked for: what an earlier request left is dealt with in any case.</summary>
    private bool IsMeant(long offset) => Asked.Offset is { } one ? offset == one : offset > Asked.After && !(offset > UpTo);

    internal ReplayReply.Replayed Outcome() =>
        new(Asked.Tag, Published, Already, [.. _failed], UpTo ?? 0, IsAtEnd || LookedTo >= UpTo ? null : LookedTo) { FailedCount = _failedCount };
}
