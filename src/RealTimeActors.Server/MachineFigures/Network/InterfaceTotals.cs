namespace RealTimeActors.Server.MachineFigures.Network;

/// <summary>What one network interface has carried since it came up.</summary>
internal readonly record struct InterfaceTotals(ulong ReceivedBytes, ulong ReceivedPackets, ulong SentBytes, ulong SentPackets)
{
    /// <summary>What it carried since <paramref name="earlier"/>.</summary>
    internal InterfaceTotals Since(InterfaceTotals earlier) => new(
        Counter.Since(ReceivedBytes, earlier.ReceivedBytes),
        Counter.Since(ReceivedPackets, earlier.ReceivedPackets),
        Counter.Since(SentBytes, earlier.SentBytes),
        Counter.Since(SentPackets, earlier.SentPackets));

    internal InterfaceTotals Plus(InterfaceTotals other) => new(
        ReceivedBytes + other.ReceivedBytes, ReceivedPackets + other.ReceivedPackets, SentBytes + other.SentBytes, SentPackets + other.SentPackets);
}
