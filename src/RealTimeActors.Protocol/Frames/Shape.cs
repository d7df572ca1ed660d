namespace RealTimeActors.Protocol.Frames;

/// <summary>How a subscription wants its events shaped on the way out. Null and empty: not asked for.</summary>
public sealed record Shape
{
    public long? DebounceMs { get; init; }
    public long? DebounceMaxMs { get; init; }
    public IReadOnlyList<string> Immediate { get; init; } = [];

    /// <summary><c>none</c>, <c>key</c> or <c>channel</c>.</summary>
    public string? Conflate { get; init; }
    public long? BatchMs { get; init; }
    public long? BatchMax { get; init; }
    public long? MaxPerSecond { get; init; }
}
