namespace RealTimeActors.Streams;

/// <summary>How many elements were left out so far, by the stage that did it.</summary>
public readonly record struct ShapeCounts(long Debounced, long Conflated, long Expired)
{
    /// <summary>All of them together.</summary>
    public long LeftOut => Debounced + Conflated + Expired;
}
