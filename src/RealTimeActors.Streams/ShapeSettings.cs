namespace RealTimeActors.Streams;

/// <summary>What one subscription asks of the stages. What is not asked for is not there.</summary>
public sealed record ShapeSettings
{
    /// <summary>Quiet for so long, then the last one leaves; 0: no debounce.</summary>
    public long DebounceMs { get; init; }

    /// <summary>The longest that debounce holds back a scope that never becomes quiet; 0: ten times <see cref="DebounceMs"/>.</summary>
    public long DebounceMaxMs { get; init; }

    /// <summary>Types that neither debounce nor conflation touches.</summary>
    public IReadOnlyList<string> Immediate { get; init; } = [];

    /// <summary>Which waiting events a newer one replaces.</summary>
    public Conflation Conflate { get; init; }

    /// <summary>How long the first that waits may wait for company; 0: no batch, what waits leaves together anyway.</summary>
    public long BatchMs { get; init; }

    /// <summary>So many waiting open the batch early; 0: the count does not.</summary>
    public int BatchMax { get; init; }

    /// <summary>So many bytes waiting open the batch early.</summary>
    public int BatchBytesMax { get; init; } = 64 * 1_024;

    /// <summary>Never more than so many in any second; 0: no limit.</summary>
    public int MaxPerSecond { get; init; }

    /// <summary>Whether nothing may overtake: everything leaves by offset, in the one lane <see cref="Lanes.Normal"/>.</summary>
    public bool InOrder { get; init; }

    /// <summary>The most elements that are held.</summary>
    public int HeldMax { get; init; } = 1_024;

    /// <summary>With so many bytes held no more are taken in; the one that reaches it still is.</summary>
    public int HeldBytesMax { get; init; } = 1_024 * 1_024;

    /// <summary>Whether an element passes through as it came: a subscription that asks for nothing needs no <see cref="Shaper{T}"/>.</summary>
    public bool AsksForNothing => DebounceMs == 0 && Conflate == Conflation.None && BatchMs == 0 && MaxPerSecond == 0;

    internal void Check()
    {
        NotNegative(DebounceMs, nameof(DebounceMs));
        NotNegative(DebounceMaxMs, nameof(DebounceMaxMs));
        NotNegative(BatchMs, nameof(BatchMs));
        NotNegative(BatchMax, nameof(BatchMax));
        NotNegative(MaxPerSecond, nameof(MaxPerSecond));
        AtLeastOne(BatchBytesMax, nameof(BatchBytesMax));
        AtLeastOne(HeldMax, nameof(HeldMax));
        AtLeastOne(HeldBytesMax, nameof(HeldBytesMax));
    }

    private static void NotNegative(long value, string name)
    {
        if (value < 0)
            throw new ArgumentOutOfRangeException(name, value, $"{name}: 0 (not asked for) or more is expected; {value} came.");
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, value, $"{name}: a bound of 1 or more is expected; {value} came.");
    }
}
