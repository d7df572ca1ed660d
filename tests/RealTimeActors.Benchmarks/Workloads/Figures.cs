namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>What one run measured, or the medians of several. Rates are per second of the measured time.</summary>
internal sealed record Figures
{
    /// <summary>Events received by subscribers per second.</summary>
    public required double Deliveries { get; init; }

    /// <summary>Publishes answered per second.</summary>
    public required double Receipts { get; init; }

    /// <summary>Processor seconds of the server per second.</summary>
    public required double ServerCpu { get; init; }

    /// <summary>Deliveries (without subscribers: receipts) per processor second of the server.</summary>
    public required double PerCpuSecond { get; init; }

    /// <summary>From send to receipt.</summary>
    public required double ReceiptP50Ms { get; init; }

    public required double ReceiptP99Ms { get; init; }

    /// <summary>Resident memory of the server with everyone connected and nothing sent yet.</summary>
    public required double IdleMb { get; init; }

    public required double PeakMb { get; init; }

    /// <summary>Processor seconds of the load side per second. Near 1 the load is the limit, not the server.</summary>
    public required double LoadCpu { get; init; }

    /// <summary>Processor seconds per second that went to neither: other programs on this machine. More than a little of it spoils the figures.</summary>
    public required double OtherCpu { get; init; }

    /// <summary>Events per receive call of the load side: how much was coalesced.</summary>
    public required double EventsPerRead { get; init; }

    /// <summary>Each figure's median by itself.</summary>
    internal static Figures Median(IReadOnlyList<Figures> runs) => new()
    {
        Deliveries = Middle(runs, run => run.Deliveries),
        Receipts = Middle(runs, run => run.Receipts),
        ServerCpu = Middle(runs, run => run.ServerCpu),
        PerCpuSecond = Middle(runs, run => run.PerCpuSecond),
        ReceiptP50Ms = Middle(runs, run => run.ReceiptP50Ms),
        ReceiptP99Ms = Middle(runs, run => run.ReceiptP99Ms),
        IdleMb = Middle(runs, run => run.IdleMb),
        PeakMb = Middle(runs, run => run.PeakMb),
        LoadCpu = Middle(runs, run => run.LoadCpu),
        OtherCpu = Middle(runs, run => run.OtherCpu),
        EventsPerRead = Middle(runs, run => run.EventsPerRead),
    };

    /// <summary>Without the digits that mean nothing.</summary>
    internal Figures Rounded() => new()
    {
        Deliveries = Math.Round(Deliveries),
        Receipts = Math.Round(Receipts, 1),
        ServerCpu = Math.Round(ServerCpu, 3),
        PerCpuSecond = Math.Round(PerCpuSecond),
        ReceiptP50Ms = Math.Round(ReceiptP50Ms, 4),
        ReceiptP99Ms = Math.Round(ReceiptP99Ms, 4),
        IdleMb = Math.Round(IdleMb, 1),
        PeakMb = Math.Round(PeakMb, 1),
        LoadCpu = Math.Round(LoadCpu, 3),
        OtherCpu = Math.Round(OtherCpu, 3),
        EventsPerRead = Math.Round(EventsPerRead, 2),
    };

    private static double Middle(IReadOnlyList<Figures> runs, Func<Figures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
