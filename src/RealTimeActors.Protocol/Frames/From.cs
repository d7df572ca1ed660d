namespace RealTimeActors.Protocol.Frames;

/// <summary>Where a subscription or a read begins.</summary>
public abstract record From
{
    private From() { }

    /// <summary>Only what comes from now on.</summary>
    public static From Now { get; } = new AtNow();

    /// <summary>From the oldest retained event.</summary>
    public static From Earliest { get; } = new AtEarliest();

    /// <summary>From the session's cursor; a session without one: now.</summary>
    public static From Session { get; } = new AtSession();

    public sealed record AtNow : From;

    public sealed record AtEarliest : From;

    public sealed record AtSession : From;

    /// <summary>The last <paramref name="Count"/> events.</summary>
    public sealed record Last(long Count) : From;

    /// <summary>The events after this position. For a <c>read</c> an empty epoch means: whatever the epoch.</summary>
    public sealed record Position(string Epoch, long Offset) : From
    {
        /// <summary>For a person.</summary>
        public override string ToString() => Epoch.Length == 0 ? $"what follows offset {Offset}" : $"what follows offset {Offset} of epoch {Epoch}";
    }
}
