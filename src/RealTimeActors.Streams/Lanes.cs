namespace RealTimeActors.Streams;

/// <summary>The lanes by number: the lower, the more urgent.</summary>
public static class Lanes
{
    /// <summary>Waits neither for the batch nor for the rate.</summary>
    public const int Critical = 0;

    /// <summary>The lane of everything where nothing may overtake.</summary>
    public const int Normal = 2;

    /// <summary>How many there are.</summary>
    public const int Count = 4;
}
