namespace RealTimeActors.Protocol.Frames;

/// <summary>One keyed value of a channel's state. <paramref name="Value"/> is compact JSON.</summary>
public sealed record Entry(string Key, long Version, ReadOnlyMemory<byte> Value);
