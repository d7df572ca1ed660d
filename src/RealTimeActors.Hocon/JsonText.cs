using System.Globalization;
using System.Text;

namespace RealTimeActors.Hocon;

/// <summary>Writes values as JSON.</summary>
internal static class JsonText
{
    internal static string Render(HoconValue value, bool indented)
    {
        var text = new StringBuilder();
        Write(text, value, indented ? 0 : null);
        return text.ToString();
    }

    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2);
        WriteString(quoted, text);
        return quoted.ToString();
    }

    private static void Write(StringBuilder to, HoconValue value, int? indent)
    {
        switch (value)
        {
            case HoconObject inner:
                WriteAll(to, '{', inner, '}', indent, (member, below) =>
                {
                    WriteString(to, member.Key);
                    to.Append(below is null ? ":" : ": ");
                    Write(to, member.Value, below);
                });
                break;
            case HoconArray array:
                WriteAll(to, '[', array, ']', indent, (element, below) => Write(to, element, below));
                break;
            case HoconScalar { Kind: HoconKind.String } text:
                WriteString(to, text.Text);
                break;
            case HoconScalar word:
                to.Append(word.Text);
                break;
        }
    }

    private static void WriteAll<T>(StringBuilder to, char open, IEnumerable<T> items, char close, int? indent, Action<T, int?> write)
    {
        to.Append(open);
        var below = indent + 2;
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                to.Append(',');

            isFirst = false;
            NewLine(to, below);
            write(item, below);
        }

        if (!isFirst)
            NewLine(to, indent);

        to.Append(close);
    }

    private static void NewLine(StringBuilder to, int? indent)
    {
        if (indent is { } spaces)
            to.Append('\n').Append(' ', spaces);
    }

    private static void WriteString(StringBuilder to, string text)
    {
        to.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                to.Append(c).Append(text[++i]);
            else
                WriteChar(to, c);
        }

        to.Append('"');
    }

    private static void WriteChar(StringBuilder to, char c)
    {
        switch (c)
        {
            case '"' or '\\':
                to.Append('\\').Append(c);
                break;
            case '\n':
                to.Append("\\n");
                break;
            case '\r':
                to.Append("\\r");
                break;
            case '\t':
                to.Append("\\t");
                break;
            // Half of a pair alone cannot be written in UTF-8; line separators end a line for some who read JSON as a program.
            case < ' ' or '\u007f' or '\u2028' or '\u2029' or '\ufeff':
            case var _ when char.IsSurrogate(c):
                to.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                break;
            default:
                to.Append(c);
                break;
        }
    }
}
