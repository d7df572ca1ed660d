namespace RealTimeActors.Engine.HttpSessions;

/// <summary>Bounds of a connection over plain HTTP.</summary>
public sealed record HttpLineOptions
{
    /// <summary>Bytes that wait for a client that fetches them; beyond it Core holds the rest back. Default 64 KiB.</summary>
    public int DownBytesMax { get; init; } = 65_536;

    /// <summary>The same while nobody fetches. Default 16 KiB.</summary>
    public int DownBytesAbsentMax { get; init; } = 16_384;

    /// <summary>Batches that were fetched and can be fetched again, where an answer was lost. Default 64.</summary>
    public int BatchesKept { get; init; } = 64;

    /// <summary>Bytes of them; the newest is kept whatever its length. Default 256 KiB.</summary>
    public int BatchBytesKeptMax { get; init; } = 262_144;

    /// <summary>How long they are kept. Default 60 s.</summary>
    public TimeSpan BatchesKeptFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it lives without a request that fetches what comes down. Its session stays. Default 30 s.</summary>
    public TimeSpan DownStreamWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream is silent at most, so that what stands between does not take it for dead. Default 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection that was closed may go on writing what it had. Default 10 s.</summary>
    public TimeSpan LastWriteWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests up that may be under way at one time.</summary>
    internal int UpRequestsMax { get; init; } = 64;

    /// <summary>Answers that may be waited for, or wait to be read, when one more request comes up.</summary>
    internal int AnswersMax { get; init; } = 16_384;

    /// <summary>Planted by the simulation; nothing else turns one on.</summary>
    internal PlantedBug Bug { get; init; }
}
