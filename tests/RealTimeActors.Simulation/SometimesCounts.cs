using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace RealTimeActors.Simulation;

/// <summary>How often the interesting situations came about. A simulation that never meets them proves nothing.</summary>
internal sealed class SometimesCounts
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _most = new(StringComparer.Ordinal);

    /// <summary>The greatest of each of those figures that have no sum.</summary>
    public IReadOnlyDictionary<string, long> Most => _most;

    public long this[string situation] => _counts.GetValueOrDefault(situation);

    public void Count(string situation, long times = 1) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, situation, out _) += times;

    public void AtMost(string figure, long value) => _most[figure] = Math.Max(_most.GetValueOrDefault(figure), value);

    public void Add(SometimesCounts other)
    {
        foreach (var (figure, value) in other._most)
            AtMost(figure, value);

        foreach (var (situation, times) in other._counts)
            Count(situation, times);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (situation, times) in _counts.OrderBy(count => count.Key, StringComparer.Ordinal))
            text.AppendLine(CultureInfo.InvariantCulture, $"{times,14:#,0}  {situation}");

        foreach (var (figure, value) in _most)
            text.AppendLine(CultureInfo.InvariantCulture, $"at most {value,6:#,0}  {figure}");

        return text.ToString();
    }
}
