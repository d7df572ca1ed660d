namespace RealTimeActors.Sharding.Tcp.Links;

/// <summary>A frame that waits to be sent.</summary>
internal readonly record struct Outgoing(FrameKind Kind, ReadOnlyMemory<byte> Bytes);
