namespace RealTimeActors.Protocol.Frames;

/// <summary>Offsets <paramref name="From"/> … <paramref name="To"/>, both included.</summary>
public readonly record struct OffsetRange(long From, long To);
