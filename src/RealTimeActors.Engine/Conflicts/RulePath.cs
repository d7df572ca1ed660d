using System.Diagnostics.CodeAnalysis;
using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// The path of a rule: names joined by dots, <c>*</c> for any name of one segment; a name with a dot, a star, a quote, a backslash or a space stands in quotes (<c>prices."a.b"</c>). A <c>$.</c> before it
/// changes nothing.
/// </summary>
internal sealed class RulePath
{
    private const int LengthMax = 500;

    private RulePath(IReadOnlyList<string?> segments)
    {
        Segments = segments;
        Names = [.. segments.Select(name => name is null ? null : JsonStrings.TokenOf(name))];
        Text = TextOf(segments);
    }

    /// <summary>The names; null is the star.</summary>
    internal IReadOnlyList<string?> Segments { get; }

    /// <summary>The names as they stand in canonical JSON, without quotes.</summary>
    internal IReadOnlyList<byte[]?> Names { get; }

    /// <summary>The one way in which this path is written.</summary>
    internal string Text { get; }

    internal static bool TryParse(string text, [NotNullWhen(true)] out RulePath? path, [NotNullWhen(false)] out string? error)
    {
        path = null;
        error = null;
        if (text.Length > LengthMax || text.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
        {
            error = $"A path of a rule has at most {LengthMax} characters, without control characters and surrogates; one of {text.Length} characters came that is not so.";
            return false;
        }

        var segments = new List<string?>();
        var rest = text.StartsWith("$.", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        while (true)
        {
            if (!TrySegment(ref rest, out var name))
            {
                error = $"The path '{text}' is none: names joined by dots are expected, * for any name of one segment, a name with other signs in quotes.";
                return false;
            }

            segments.Add(name);
            if (rest.IsEmpty)
                break;

            rest = rest[1..];
        }

        if (segments.Count > Limits.JsonDepthMax)
        {
            error = $"The path '{text}' has {segments.Count} segments; JSON is at most {Limits.JsonDepthMax} levels deep.";
            return false;
        }

        path = new RulePath(segments);
        return true;
    }

    internal static string TextOf(IEnumerable<string?> segments) => string.Join('.', segments.Select(TextOf));

    /// <summary>How a name is written within a path.</summary>
    internal static string TextOf(string? name)
    {
        if (name is null)
            return "*";

        if (name.Length > 0 && name != "$" && !name.AsSpan().ContainsAny(".*\"\\ "))
            return name;

        return $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Takes one segment off; what is left is empty or begins with a dot.</summary>
    private static bool TrySegment(ref ReadOnlySpan<char> rest, out string? name)
    {
        name = null;
        if (rest.IsEmpty)
            return false;

        if (rest[0] == '"')
            return TryQuoted(ref rest, out name);

        var end = rest.IndexOf('.');
        var bare = end < 0 ? rest : rest[..end];
        rest = rest[bare.Length..];
        if (bare.SequenceEqual("*"))
            return true;

        name = bare.ToString();
        return bare.Length > 0 && !bare.ContainsAny("*\"\\ ");
    }

    private static bool TryQuoted(ref ReadOnlySpan<char> rest, out string? name)
    {
        var plain = new StringBuilder();
        name = null;
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '"')
            {
                name = plain.ToString();
                rest = rest[(at + 1)..];
                return rest.IsEmpty || rest[0] == '.';
            }

            if (rest[at] == '\\' && ++at == rest.Length)
                return false;

            plain.Append(rest[at]);
        }

        return false;
    }
}
