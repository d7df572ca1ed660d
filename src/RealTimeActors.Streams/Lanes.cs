namespace RealTimeActors.Streams;

/// <summary>The lanes by number: the lower, the more urgent.</summary>
public static class Lanes
{
    /// <summary>Waits neither for the batch nor for the rate.</summary>
    public const int Critical = 0;

    /// <summary>Above what is usual.</summary>
    public const int High = 1;

    /// <summary>The lane of everything where nothing may overtake.</summary>
    public const int Normal = 2;

    /// <summary>Whatever else leaves it time.</summary>
    public const int Low = 3;

    /// <summary>How many there are.</summary>
    public const int Count = 4;
}
