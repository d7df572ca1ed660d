namespace RealTimeActors.Edge.HttpSessions;

/// <summary>What a down stream has for its reader.</summary>
internal abstract record DownRead
{
    private DownRead() { }

    /// <summary>Frames.</summary>
    internal sealed record Frames(Batch Batch) : DownRead;

    /// <summary>Nothing for a while: a sign of life is due, or the time to wait is over.</summary>
    internal sealed record Nothing : DownRead
    {
        internal static Nothing Instance { get; } = new();
    }

    /// <summary>Another request took the stream over, or this one is gone.</summary>
    internal sealed record Replaced : DownRead
    {
        internal static Replaced Instance { get; } = new();
    }

    /// <summary>The connection has ended, and everything of it was fetched.</summary>
    internal sealed record Ended : DownRead
    {
        internal static Ended Instance { get; } = new();
    }
}
