using System.Globalization;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>What a workload is to reach: how it reads, the figure, and the limit that it has to keep.</summary>
/// <param name="Work">The name of the workload.</param>
/// <param name="Says">What is measured against what, as "× nats".</param>
/// <param name="Value">The figure of this run; null where something for it is missing.</param>
/// <param name="Limit">What is to be reached.</param>
/// <param name="IsAtMost">True where less is better.</param>
/// <param name="IsBeyond">True for what is hoped for, rather than due.</param>
internal sealed record Target(string Work, string Says, Func<WorkloadResult, double?> Value, double Limit, bool IsAtMost = false, bool IsBeyond = false)
{
    /// <summary>One line, as "reach ≥ 3 × nats: 3.4 ✓"; null where the figure is missing.</summary>
    internal string? Judge(WorkloadResult result)
    {
        if (Value(result) is not { } value) return null;
        var isKept = IsAtMost ? value <= Limit : value >= Limit;
        return string.Create(CultureInfo.InvariantCulture, $"{(IsBeyond ? "beyond" : "reach")} {(IsAtMost ? "≤" : "≥")} {Limit:#,0.##} {Says}: {Shown(value)} {(isKept ? "✓" : "✗")}");
    }

    private static string Shown(double value) => value.ToString(value >= 100 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}
