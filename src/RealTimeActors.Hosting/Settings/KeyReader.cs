using System.Globalization;
using Microsoft.Extensions.Configuration;
using RealTimeActors.Hocon;

namespace RealTimeActors.Hosting.Settings;

/// <summary>
/// Reads one section of the configuration key by key. What is asked for is thereby known; <see cref="Finish"/> complains of every key that nobody asked for.
/// </summary>
/// <remarks>A value that cannot be read is a problem and reads as its default, so that one start tells everything that is wrong.</remarks>
internal sealed class KeyReader
{
    private const string Durations = "a number with ms, s, m, h or d, as 100ms, 5s or 7d";
    private const string Sizes = "a number of bytes, or one with KiB, MiB or GiB, as 64KiB";

    private readonly IConfigurationSection _section;
    private readonly ReadLog _log;
    private readonly List<string> _known = [];
    private readonly List<KeyReader> _sections = [];
    private readonly string _path;

    internal KeyReader(IConfigurationSection section, ReadLog log)
    {
        _section = section;
        _log = log;
        _path = section.Path.Replace(':', '.');
    }

    internal string Text(string key, string fallback) => Read(key, fallback, fallback, "a text", static (string text, out string value) =>
    {
        value = text;
        return text.Length > 0;
    });

    /// <summary>A text that may be absent; an empty one is absent, too.</summary>
    internal string? OptionalText(string key) => Read<string?>(key, "", null, "a text", static (string text, out string? value) =>
    {
        value = text.Length == 0 ? null : text;
        return true;
    });

    /// <summary>The same for what nobody may see: it is not repeated by any problem, and <see cref="SecretKeys"/> knows of it.</summary>
    internal string? Secret(string key)
    {
        _log.Secret(PathOf(key));
        return OptionalText(key);
    }

    internal string OneOf(string key, string fallback, params string[] words) =>
        Read(key, fallback, fallback, string.Join(" or ", words), (string text, out string value) =>
        {
            value = text;
            return words.Contains(text);
        });

    internal bool Flag(string key, bool fallback) => Read(key, fallback ? "true" : "false", fallback, "true or false", TryFlag);

    internal int Integer(string key, int fallback, int min, int max) => (int)Long(key, fallback, min, max);

    internal long Long(string key, long fallback, long min, long max) =>
        Read(key, fallback.ToString(CultureInfo.InvariantCulture), fallback, $"a whole number from {min} to {max}",
            (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    internal double Number(string key, double fallback, double min, double max) =>
        Read(key, fallback.ToString(CultureInfo.InvariantCulture), fallback, $"a number from {min} to {max}",
            (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    internal TimeSpan Duration(string key, TimeSpan fallback, TimeSpan min, TimeSpan max) =>
        Read(key, Say(fallback), fallback, $"a duration from {Say(min)} to {Say(max)} ({Durations})",
            (string text, out TimeSpan value) => HoconDuration.TryParse(text, out value) && value >= min && value <= max);

    internal long Bytes(string key, long fallback, long min, long max) =>
        Read(key, fallback.ToString(CultureInfo.InvariantCulture), fallback, $"a size from {min} to {max} bytes ({Sizes})",
            (string text, out long value) => HoconSize.TryParse(text, out value) && value >= min && value <= max);

    /// <summary>Whether a key that may be absent is there.</summary>
    internal bool Has(string key)
    {
        Known(key);
        return _section.GetSection(key).Exists();
    }

    /// <summary>Whether an application has said it in code.</summary>
    internal bool IsInCode(string key) => _log.SourceOf(PathOf(key)) == ApplicationSettings.InCode;

    /// <summary>Whether the value was set on the command line, which everybody on the machine can read.</summary>
    internal bool IsOnCommandLine(string key) => _log.SourceOf(PathOf(key)) == SettingsSource.CommandLine;

    /// <summary>The keys of what stands there, if it has keys of its own.</summary>
    internal IReadOnlyList<string> NamesBelow(string key)
    {
        Known(key);
        return [.. _section.GetSection(key).GetChildren().Select(child => child.Key)];
    }

    internal IReadOnlyList<string> Texts(string key)
    {
        Known(key);
        _log.Asked(PathOf(key), "");
        var list = _section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value))
            _log.Problem(PathOf(key), $"a list of texts is expected; {Came(key, list.Value)}");

        return [.. list.GetChildren().Select(child => child.Value).OfType<string>()];
    }

    /// <summary>A list of texts that nobody may see.</summary>
    internal IReadOnlyList<string> SecretTexts(string key)
    {
        _log.Secret(PathOf(key));
        return Texts(key);
    }

    /// <summary>One text, or a list of them.</summary>
    internal IReadOnlyList<string> TextOrTexts(string key)
    {
        var section = _section.GetSection(key);
        if (section.Value is not { Length: > 0 } one)
            return Texts(key);

        Known(key);
        _log.Asked(PathOf(key), "");
        return [one];
    }

    /// <summary>The keys that are there, where their names are for the configuration to choose.</summary>
    internal IReadOnlyList<string> Names() => [.. _section.GetChildren().Select(child => child.Key)];

    /// <summary>A section of this one. Asked for twice it is the same reader: what either asks for is known to both.</summary>
    internal KeyReader Section(string key)
    {
        Known(key);
        var section = _section.GetSection(key);
        if (_sections.Find(known => known._section.Path.Equals(section.Path, StringComparison.OrdinalIgnoreCase)) is { } before)
            return before;

        if (!string.IsNullOrEmpty(section.Value))
            _log.Problem(PathOf(key), $"an object is expected; {Came(key, section.Value)}");

        return Child(section);
    }

    /// <summary>A list of objects, in order.</summary>
    internal IReadOnlyList<KeyReader> Sections(string key)
    {
        Known(key);
        _log.Asked(PathOf(key), "");
        var list = _section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value))
            _log.Problem(PathOf(key), $"a list of objects is expected; {Came(key, list.Value)}");

        return [.. list.GetChildren().Select(Child)];
    }

    /// <summary>Something is wrong with the value of a key, for a reason that only the asker knows.</summary>
    internal void Problem(string key, string what) => _log.Problem(PathOf(key), what);

    /// <summary>Complains of the keys that nobody asked for, here and below.</summary>
    internal void Finish()
    {
        foreach (var child in _section.GetChildren().Where(child => !_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var nearest = Nearest.To(child.Key, _known);
            _log.Problem(PathOf(child.Key), nearest is null ? "this key is not known" : $"this key is not known; did you mean {PathOf(nearest)}?");
        }

        foreach (var section in _sections)
            section.Finish();
    }

    private delegate bool Parse<T>(string text, out T value);

    private T Read<T>(string key, string fallbackText, T fallback, string expected, Parse<T> parse)
    {
        Known(key);
        _log.Asked(PathOf(key), fallbackText);
        var section = _section.GetSection(key);
        if (section.GetChildren().Any())
        {
            _log.Problem(PathOf(key), $"{expected} is expected; an object or a list came");
            return fallback;
        }

        if (section.Value is not { } text)
            return fallback;

        // In quotes a substitution is a text as any other: nobody means that, and as a secret everybody would know it.
        if (text is ['$', '{', .., '}'])
        {
            _log.Problem(PathOf(key), $"{expected} is expected; a substitution in quotes came, which is not looked up: write it without quotes");
            return fallback;
        }

        if (parse(text, out var value))
            return value;

        _log.Problem(PathOf(key), $"{expected} is expected; {Came(key, text)}");
        return fallback;
    }

    /// <summary>HOCON's words for the two.</summary>
    private static bool TryFlag(string text, out bool value)
    {
        value = text is "true" or "yes" or "on";
        return value || text is "false" or "no" or "off" || bool.TryParse(text, out value);
    }

    private string Came(string key, string value) => SecretKeys.IsSecret(PathOf(key)) ? "something else came" : $"'{value}' came";

    private KeyReader Child(IConfigurationSection section)
    {
        var child = new KeyReader(section, _log);
        _sections.Add(child);
        return child;
    }

    private void Known(string key) => _known.Add(key);

    private string PathOf(string key) => $"{_path}.{key}";

    private static string Say(TimeSpan duration) => duration switch
    {
        { Ticks: 0 } => "0s",
        { Milliseconds: not 0 } => $"{(long)duration.TotalMilliseconds}ms",
        { TotalSeconds: < 60 } => $"{(long)duration.TotalSeconds}s",
        _ when duration.TotalSeconds % 86_400 == 0 => $"{(long)duration.TotalDays}d",
        _ when duration.TotalSeconds % 3_600 == 0 => $"{(long)duration.TotalHours}h",
        _ when duration.TotalSeconds % 60 == 0 => $"{(long)duration.TotalMinutes}m",
        _ => $"{(long)duration.TotalSeconds}s",
    };
}
