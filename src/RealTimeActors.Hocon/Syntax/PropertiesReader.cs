using System.Globalization;
using System.Text;
using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>Reads Java's .properties: keys and texts, one a line.</summary>
/// <remarks>
/// Keys are parted at every dot, whatever is between them. Where a key has a text and keys below it, the keys win, in whichever order they stand: the format
/// has no order.
/// </remarks>
internal static class PropertiesReader
{
    internal static void Read(SourceText source, ObjectNode into, HoconLimits limits)
    {
        var root = new Branch();
        var at = new Scanner(source.Name, source.Text);
        while (!at.IsAtEnd)
            ReadLine(at, root, limits);

        root.MoveTo(into);
    }

    private static void ReadLine(Scanner at, Branch root, HoconLimits limits)
    {
        SkipBlanks(at);
        if (at.Peek() is '#' or '!')
        {
            while (!IsLineEnd(at.Peek()))
                at.Move();
        }

        if (!IsLineEnd(at.Peek()))
        {
            var key = ReadText(at, isKey: true);
            if (key.AsSpan().Count('.') >= limits.DepthMax)
                throw at.Wrong($"expected at most {limits.DepthMax} keys within each other, found more");

            SkipBlanks(at);
            if (at.Take('=') || at.Take(':'))
                SkipBlanks(at);

            var origin = at.Origin;
            root.At(key).Text = new LiteralNode(HoconKind.String, ReadText(at, isKey: false), origin);
        }

        if (!at.IsAtEnd)
            at.Move();
    }

    private static string ReadText(Scanner at, bool isKey)
    {
        var text = new StringBuilder();
        while (!IsLineEnd(at.Peek()) && !(isKey && at.Peek() is '=' or ':' or ' ' or '\t' or '\f'))
        {
            if (at.Peek() == '\\')
                ReadEscape(at, text);
            else
                Append(at, text);
        }

        return text.ToString();
    }

    private static void ReadEscape(Scanner at, StringBuilder text)
    {
        at.Move();
        switch (at.Peek())
        {
            case Scanner.End:
                break;
            case '\r' or '\n':
                // The line goes on in the next one, behind its blanks.
                at.Take('\r');
                at.Take('\n');
                SkipBlanks(at);
                break;
            case 'u':
                at.Move();
                text.Append(ReadCode(at));
                break;
            case 't' or 'n' or 'r' or 'f':
                text.Append(at.Peek() switch { 't' => '\t', 'n' => '\n', 'r' => '\r', _ => '\f' });
                at.Move();
                break;
            default:
                Append(at, text);
                break;
        }
    }

    private static char ReadCode(Scanner at)
    {
        if (at.Rest.Length < 4 || !ushort.TryParse(at.Rest[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw at.Expected("four hex digits after \\u");

        at.Move(4);
        return (char)code;
    }

    private static void Append(Scanner at, StringBuilder text)
    {
        text.Append((char)at.Peek());
        at.Move();
    }

    private static void SkipBlanks(Scanner at)
    {
        while (at.Peek() is ' ' or '\t' or '\f')
            at.Move();
    }

    private static bool IsLineEnd(int c) => c is Scanner.End or '\n' or '\r';

    /// <summary>A key with its text, or the keys below it.</summary>
    private sealed class Branch
    {
        private readonly OrderedDictionary<string, Branch> _below = new(StringComparer.Ordinal);

        internal LiteralNode? Text { get; set; }

        internal Branch At(string dotted)
        {
            var branch = this;
            foreach (var key in dotted.Split('.'))
            {
                if (!branch._below.TryGetValue(key, out var below))
                    branch._below.Add(key, below = new Branch());

                branch = below;
            }

            return branch;
        }

        /// <summary>Adds the keys below this one to an object.</summary>
        internal void MoveTo(ObjectNode into)
        {
            foreach (var (key, branch) in _below)
            {
                Node value = branch.Text!;
                if (branch._below.Count > 0)
                {
                    var inner = new ObjectNode(into.Origin);
                    branch.MoveTo(inner);
                    value = inner;
                }

                into.Add(new HoconPath(key), value);
            }
        }
    }
}
