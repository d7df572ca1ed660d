using System.Globalization;
using System.Text;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>Reads strings in quotes: JSON's, and those in three quotes that may go over lines.</summary>
internal static class QuotedText
{
    private const string Three = "\"\"\"";

    /// <summary>Reads the string that begins here.</summary>
    internal static string Read(Scanner at) => at.Looks(Three) ? ReadLines(at) : ReadJson(at);

    private static string ReadLines(Scanner at)
    {
        var begin = at.Origin;
        at.Move(3);
        var start = at.At;
        var length = at.Rest.IndexOf(Three, StringComparison.Ordinal);
        if (length < 0)
            throw Scanner.Expected("three quotes that end the string", begin, "the end of the text");

        // Of more than three quotes at the end, the last three end the string and the others belong to it.
        at.Move(length);
        while (at.Peek(3) == '"')
            at.Move();

        var text = at.TextFrom(start);
        at.Move(3);
        return text;
    }

    private static string ReadJson(Scanner at)
    {
        at.Move();
        var text = new StringBuilder();
        while (!at.Take('"'))
        {
            switch (at.Peek())
            {
                case Scanner.End or '\n':
                    throw at.Expected("a quote that ends the string");
                case '\\':
                    text.Append(ReadEscape(at));
                    break;
                case < ' ':
                    throw Scanner.Expected("an escape such as \\t in a quoted string", at.Origin, $"the control character U+{at.Peek():X4}");
                case var c:
                    text.Append((char)c);
                    at.Move();
                    break;
            }
        }

        return text.ToString();
    }

    private static char ReadEscape(Scanner at)
    {
        var escape = at.Peek(1) switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            var c and ('"' or '\\' or '/') => (char)c,
            'u' => ReadCode(at),
            _ => throw Scanner.Expected("""an escape: \n \t \r \b \f \" \\ \/ or \u with four hex digits""", at.Origin, "a backslash that begins none"),
        };
        at.Move(at.Peek(1) == 'u' ? 6 : 2);
        return escape;
    }

    private static char ReadCode(Scanner at)
    {
        var digits = at.Rest.Length >= 6 ? at.Rest[2..6] : [];
        return !digits.IsEmpty && ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : throw Scanner.Expected("four hex digits after \\u", at.Origin, "something else");
    }
}
