using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>What one contender has to show for one workload: its runs, or why it has none.</summary>
internal sealed record ContenderResult(string Name, string Title, PeerKind Kind, IReadOnlyList<Figures> Runs, string? LeftOut)
{
    internal Figures Median { get; } = Figures.Median(Runs);
}
