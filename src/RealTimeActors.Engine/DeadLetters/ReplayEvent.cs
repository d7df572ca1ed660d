namespace RealTimeActors.Engine.DeadLetters;

/// <summary>What happened to a dead letter that is replayed. Journaled: add new events freely, never change an old one.</summary>
internal abstract record ReplayEvent(long Offset)
{
    /// <summary>From now on it may have been published, with this sequence and no other.</summary>
    internal sealed record Begun(string Epoch, long Offset, long Sequence) : ReplayEvent(Offset);

    /// <summary>It was published, or it is certain that it was not.</summary>
    internal sealed record Ended(long Offset, bool IsPublished) : ReplayEvent(Offset);
}
