namespace RealTimeActors.Server.MachineFigures.Network;

/// <summary>What all network interfaces but the loopback carried between two looks.</summary>
internal sealed record NetworkFigures
{
    public required long ReceivedBytesPerSecond { get; init; }
    public required long SentBytesPerSecond { get; init; }
    public required long ReceivedPacketsPerSecond { get; init; }
    public required long SentPacketsPerSecond { get; init; }

    /// <summary>How many interfaces were counted.</summary>
    public required int Interfaces { get; init; }

    /// <summary>An interface that is new counts from the next look on; one that is gone no longer counts.</summary>
    internal static NetworkFigures Between(NetworkCounters earlier, NetworkCounters now, TimeSpan elapsed)
    {
        var sum = default(InterfaceTotals);
        foreach (var (name, totals) in now.Interfaces)
        {
            if (earlier.Interfaces.TryGetValue(name, out var before))
                sum = sum.Plus(totals.Since(before));
        }

        return new NetworkFigures
        {
            ReceivedBytesPerSecond = Counter.PerSecond(sum.ReceivedBytes, elapsed),
            SentBytesPerSecond = Counter.PerSecond(sum.SentBytes, elapsed),
            ReceivedPacketsPerSecond = Counter.PerSecond(sum.ReceivedPackets, elapsed),
            SentPacketsPerSecond = Counter.PerSecond(sum.SentPackets, elapsed),
            Interfaces = now.Interfaces.Count,
        };
    }
}
