namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>An element that the model holds, with everything one could want to know of it.</summary>
internal sealed record ModelEntry(Element<string> Element)
{
    /// <summary>Whether it is still in debounce.</summary>
    public bool IsDebounced { get; set; }

    /// <summary>In debounce: when the first of its scope came, and the last.</summary>
    public long FirstUnixMs { get; set; }
    public long LastUnixMs { get; set; }

    /// <summary>Behind debounce: since when its key waits.</summary>
    public long SinceUnixMs { get; set; }

    public bool IsFrozen { get; set; }
}
