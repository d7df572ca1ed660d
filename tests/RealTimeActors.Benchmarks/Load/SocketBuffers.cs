namespace RealTimeActors.Benchmarks.Load;

/// <summary>
/// How much the kernel holds for a connection. On loopback a segment is 64 KB and the sender's buffer is counted in segments, so that megabytes lie
/// there before a sender notices that nobody reads; over a network it is little.
/// </summary>
internal sealed record SocketBuffers(int SegmentBytes, int ReceiveBytes)
{
    /// <summary>Full after some ten kilobytes.</summary>
    internal static readonly SocketBuffers Tiny = new(536, 4_096);

    /// <summary>As over a network: Ethernet's segments, and a window for a few milliseconds.</summary>
    internal static readonly SocketBuffers FarAway = new(1_448, 65_536);
}
