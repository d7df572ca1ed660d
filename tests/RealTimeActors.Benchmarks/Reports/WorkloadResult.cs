using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>One workload, all contenders, in the order of the table.</summary>
internal sealed record WorkloadResult(Workload Workload, IReadOnlyList<ContenderResult> Contenders)
{
    internal IEnumerable<ContenderResult> Measured => Contenders.Where(contender => contender.Runs.Count > 0);

    internal IEnumerable<ContenderResult> LeftOut => Contenders.Where(contender => contender.LeftOut is not null);

    /// <summary>The median of a contender's figure, null where it has none.</summary>
    internal double? Of(string contender, Metric metric) => Measured.FirstOrDefault(result => result.Name == contender)?.Median[metric];
}
