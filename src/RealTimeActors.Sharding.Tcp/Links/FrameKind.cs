namespace RealTimeActors.Sharding.Tcp.Links;

/// <summary>The frames on a connection between nodes: a byte for the kind, four for the length (little-endian), and so many bytes.</summary>
internal enum FrameKind : byte
{
    /// <summary>A batch of the engine's frames.</summary>
    Batch = 1,

    /// <summary>I am here. Empty.</summary>
    Beat = 2,

    /// <summary>The sender ends the connection; why, in UTF-8.</summary>
    Bye = 3,
}
