namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>How soon publish worked again after all faults of a kind, by the slowest publisher of each.</summary>
internal sealed record Recovery(FaultKind Kind, int Count, TimeSpan P50, TimeSpan P99, TimeSpan Slowest)
{
    internal bool IsInTime => Bounds.Of(Kind) is var (p50, p99) && P50 <= p50 && P99 <= p99;

    internal static IEnumerable<Recovery> Of(IEnumerable<FaultResult> results) => results.GroupBy(result => result.Kind).OrderBy(group => group.Key).Select(group =>
    {
        var times = group.Select(result => result.Slowest).Order().ToList();
        return new Recovery(group.Key, times.Count, At(times, 0.5), At(times, 0.99), times[^1]);
    });

    public override string ToString()
    {
        var (p50, p99) = Bounds.Of(Kind);
        return FormattableString.Invariant(
            $"{Kind,-20} {Count,4} times  p50 {P50.TotalMilliseconds,6:0} ms (≤ {p50.TotalSeconds:0} s)  p99 {P99.TotalMilliseconds,6:0} ms (≤ {p99.TotalSeconds:0} s)  slowest {Slowest.TotalMilliseconds,6:0} ms  {(IsInTime ? "in time" : "LATE")}");
    }

    private static TimeSpan At(List<TimeSpan> sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)];
}
