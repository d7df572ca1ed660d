namespace RealTimeActors.Hosting.Settings;

/// <summary>What was asked for while the configuration was read, and what was wrong with it.</summary>
/// <param name="sourceOf">Where the value of a path comes from (a file, the command line); null where that is not known.</param>
internal sealed class ReadLog(Func<string, string?> sourceOf)
{
    private readonly List<string> _problems = [];
    private readonly SortedDictionary<string, string> _asked = new(StringComparer.Ordinal);

    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>Every path that was asked for, with its default as text (empty for lists).</summary>
    internal IReadOnlyDictionary<string, string> Defaults => _asked;

    internal void Asked(string path, string fallback) => _asked[path] = fallback;

    internal void Problem(string path, string what)
    {
        var source = sourceOf(path);
        var end = what.EndsWith('?') ? "" : ".";
        _problems.Add(source is null ? $"{path}: {what}{end}" : $"{path} ({source}): {what}{end}");
    }
}
