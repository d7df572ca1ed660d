namespace RealTimeActors.Engine.Inspection;

/// <summary>The names that come next, out of several sources of which each tells its first ones: their union, in ordinal order, without repeats.</summary>
/// <param name="limit">The most names that are wanted. Each source is asked for one more, so that it is known whether there are more.</param>
/// <param name="sources">How many answers are waited for.</param>
internal sealed class NamePage(int limit, int sources)
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private int _missing = sources;

    /// <summary>How many names each source is asked for.</summary>
    internal int PerSource => limit + 1;

    internal bool IsComplete => _missing == 0;

    /// <summary>Whether there are names after these.</summary>
    internal bool HasMore => _names.Count > limit;

    internal IReadOnlyList<string> Names => [.. _names.Take(limit)];

    internal void Add(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _names.Add(name);
            if (_names.Count > limit + 1)
                _names.Remove(_names.Max!);
        }
    }

    /// <summary>One source has told everything.</summary>
    internal void SourceDone() => _missing--;
}
