namespace RealTimeActors.Engine.HttpSessions;

/// <summary>What a down stream has for its reader.</summary>
public abstract record DownRead
{
    private DownRead() { }

    /// <summary>Frames.</summary>
    /// <param name="Batch">All that go down together.</param>
    public sealed record Frames(Batch Batch) : DownRead;

    /// <summary>Nothing for a while: a sign of life is due, or the time to wait is over.</summary>
    public sealed record Nothing : DownRead
    {
        /// <summary>The only one.</summary>
        public static Nothing Instance { get; } = new();
    }

    /// <summary>Another request took the stream over, or this one is gone.</summary>
    public sealed record Replaced : DownRead
    {
        /// <summary>The only one.</summary>
        public static Replaced Instance { get; } = new();
    }

    /// <summary>The connection has ended, and everything of it was fetched.</summary>
    public sealed record Ended : DownRead
    {
        /// <summary>The only one.</summary>
        public static Ended Instance { get; } = new();
    }
}
