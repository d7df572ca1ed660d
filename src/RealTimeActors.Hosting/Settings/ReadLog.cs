namespace RealTimeActors.Hosting.Settings;

/// <summary>What was asked for while the configuration was read, and what was wrong with it.</summary>
/// <param name="sourceOf">Where the value of a path comes from (a file, the command line); null where that is not known.</param>
internal sealed class ReadLog(Func<string, string?> sourceOf)
{
    private readonly List<string> _problems = [];
    private readonly SortedSet<string> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, string> _asked = new(StringComparer.Ordinal);

    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>Every path that was asked for, with its default as text (empty for lists).</summary>
    internal IReadOnlyDictionary<string, string> Defaults => _asked;

    internal void Asked(string path, string fallback) => _asked[path] = fallback;

    /// <summary>Every path below which nothing may be shown.</summary>
    internal IReadOnlySet<string> Secrets => _secrets;

    /// <summary>The value of the path, and of everything below it, is not to be shown to anybody.</summary>
    internal void Secret(string path) => _secrets.Add(path);

    /// <summary>Where the value of a path comes from; null where that is not known.</summary>
    internal string? SourceOf(string path) => sourceOf(path);

    internal void Problem(string path, string what)
    {
        var source = SourceOf(path);
        var end = what.EndsWith('?') ? "" : ".";
        _problems.Add(source is null ? $"{path}: {what}{end}" : $"{path} ({source}): {what}{end}");
    }
}
