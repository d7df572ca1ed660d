namespace RealTimeActors.Protocol.Frames;

/// <summary>Somebody who is present in a channel.</summary>
public sealed record Member(string Session, string? User, ReadOnlyMemory<byte> State);
