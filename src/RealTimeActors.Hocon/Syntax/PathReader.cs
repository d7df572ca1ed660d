using System.Text;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>Reads path expressions: the keys of fields and what stands in <c>${…}</c>.</summary>
internal static class PathReader
{
    /// <summary>A path and nothing else.</summary>
    internal static HoconPath ReadWhole(Scanner at)
    {
        var path = Read(at, "a path");
        return at.IsAtEnd ? path : throw at.Expected("the end of the path");
    }

    /// <summary>Reads as far as a path goes. Dots outside of quotes part the keys; blanks between words belong to them.</summary>
    /// <param name="at">Stands where the path begins; behind it afterwards.</param>
    /// <param name="what">What is expected here, for the message when there is no path.</param>
    internal static HoconPath Read(Scanner at, string what)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var isQuoted = false;
        at.SkipBlanks();
        var start = at.Origin;
        var pieces = 0;

        while (true)
        {
            var blanksFrom = at.At;
            at.SkipBlanks();
            var blanks = at.TextFrom(blanksFrom);
            if (at.Peek() == '"')
            {
                key.Append(blanks).Append(QuotedText.Read(at));
                isQuoted = true;
            }
            else if (Words.Read(at) is { Length: > 0 } word)
            {
                var parts = word.Split('.');
                key.Append(blanks).Append(parts[0]);
                foreach (var next in parts.AsSpan(1))
                {
                    Finish();
                    key.Append(next);
                }
            }
            else
            {
                break;
            }

            pieces++;
        }

        if (pieces == 0)
            throw at.Expected(what);

        Finish();
        return new HoconPath(keys);

        void Finish()
        {
            if (key.Length == 0 && !isQuoted)
                throw Scanner.Expected("a key before, between and after the dots of a path", start, "an empty one (write \"\" for a key of no characters)");

            keys.Add(key.ToString());
            key.Clear();
            isQuoted = false;
        }
    }
}
