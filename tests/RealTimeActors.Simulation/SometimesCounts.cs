namespace RealTimeActors.Simulation;

/// <summary>How often the interesting situations came about. A simulation that never meets them proves nothing.</summary>
internal sealed class SometimesCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> All => _counts;

    public long this[string situation] => _counts.GetValueOrDefault(situation);

    public void Count(string situation, long times = 1) => _counts[situation] = _counts.GetValueOrDefault(situation) + times;

    public void Add(SometimesCounts other)
    {
        foreach (var (situation, times) in other._counts)
            Count(situation, times);
    }
}
