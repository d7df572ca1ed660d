namespace RealTimeActors.Edge.Tests.Support;

/// <summary>As much of YAML as stands in our files: maps and lists by indentation, lists in brackets, quotes, anchors, and <c>&lt;&lt;</c>. What it does not know is an error, not a pass.</summary>
internal sealed class Yaml
{
    private readonly List<(int Indent, string Text, int Number)> _lines = [];
    private readonly Dictionary<string, object> _anchors = new(StringComparer.Ordinal);
    private int _at;

    private Yaml(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = WithoutComment(lines[i]).TrimEnd();
            if (line.Contains('\t', StringComparison.Ordinal))
                throw new FormatException($"Line {i + 1}: blanks are expected, a tab came.");

            if (line.Length > 0)
                _lines.Add((line.Length - line.TrimStart().Length, line.Trim(), i + 1));
        }
    }

    /// <summary>A map holds texts, lists of texts, and maps.</summary>
    internal static Dictionary<string, object> Read(string text)
    {
        var yaml = new Yaml(text);
        var map = yaml.Map(0);
        return yaml._at == yaml._lines.Count ? map : throw new FormatException($"Line {yaml._lines[yaml._at].Number}: it stands further left or right than what it belongs to.");
    }

    private static string WithoutComment(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '"' or '\'')
                quote = line[i];
            else if (line[i] == '#' && (i == 0 || line[i - 1] == ' '))
                return line[..i];
        }

        return line;
    }

    private object Block(int indent) => _lines[_at].Text.StartsWith("- ", StringComparison.Ordinal) ? List(indent) : Map(indent);

    private List<string> List(int indent)
    {
        var list = new List<string>();
        while (_at < _lines.Count && _lines[_at].Indent == indent && _lines[_at].Text.StartsWith("- ", StringComparison.Ordinal))
            list.Add(Scalar(_lines[_at++].Text[2..].Trim()));

        return list;
    }

    private Dictionary<string, object> Map(int indent)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        while (_at < _lines.Count && _lines[_at].Indent == indent)
        {
            var (_, line, number) = _lines[_at++];
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || (colon + 1 < line.Length && line[colon + 1] != ' '))
                throw new FormatException($"Line {number}: a key with a colon is expected; '{line}' came.");

            var (key, rest) = (line[..colon], line[(colon + 1)..].Trim());
            string? anchor = null;
            if (rest.StartsWith('&'))
            {
                anchor = rest[1..].Split(' ')[0];
                rest = rest[(anchor.Length + 1)..].Trim();
            }

            var value = rest.Length > 0 ? Inline(rest) : _at < _lines.Count && _lines[_at].Indent > indent ? Block(_lines[_at].Indent) : "";
            if (anchor is not null)
                _anchors.Add(anchor, value);

            if (key == "<<")
            {
                foreach (var (name, inherited) in (Dictionary<string, object>)value)
                    map.TryAdd(name, inherited);
            }
            else
            {
                map[key] = value;
            }
        }

        return map;
    }

    private object Inline(string text) => text[0] switch
    {
        '*' => _anchors[text[1..]],
        '[' when text[^1] == ']' => text[1..^1].Split(',', StringSplitOptions.TrimEntries).Select(Scalar).ToList(),
        _ => Scalar(text),
    };

    private static string Scalar(string text) => text switch
    {
        ['"', .. var quoted, '"'] when !quoted.Contains('\\', StringComparison.Ordinal) => quoted,
        ['{' or '[' or '|' or '>' or '&' or '*' or '!' or '"' or '\'', ..] => throw new FormatException($"This much of YAML is not read here: {text}."),
        _ => text,
    };
}
