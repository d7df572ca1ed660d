using System.Buffers;
using System.Text.RegularExpressions;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>Unquoted text: numbers, words, and what is neither.</summary>
internal static partial class Words
{
    private const string Forbidden = "$\"{}[]:=,+#`^?!@*&\\";
    private static readonly SearchValues<char> _forbidden = SearchValues.Create(Forbidden);

    /// <summary>Whether the scanner stands before a character that an unquoted string may hold.</summary>
    internal static bool IsAtWord(Scanner at) =>
        at.Peek() is var c and not Scanner.End and not '\n' && !_forbidden.Contains((char)c) && !Scanner.IsBlank(c) && !at.IsAtComment;

    /// <summary>Whether a text can stand without quotes.</summary>
    internal static bool CanStandUnquoted(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAny(_forbidden) && !text.Contains("//", StringComparison.Ordinal) && !text.Any(c => c == '\n' || Scanner.IsBlank(c));

    /// <summary>Reads a word. Numbers, true, false and null at its beginning are read as such: a number may hold the plus sign of its exponent. Empty: there is none.</summary>
    internal static string Read(Scanner at)
    {
        var start = at.At;
        while (Literal().EnumerateMatches(at.Rest) is var literal && literal.MoveNext())
            at.Move(literal.Current.Length);

        while (IsAtWord(at))
            at.Move();

        return at.TextFrom(start);
    }

    /// <summary>What a word is that stands alone.</summary>
    internal static HoconKind KindOf(string word) => word switch
    {
        "true" or "false" => HoconKind.Boolean,
        "null" => HoconKind.Null,
        _ => IsNumber(word) ? HoconKind.Number : HoconKind.String,
    };

    /// <summary>Whether a text is a number as JSON has it.</summary>
    internal static bool IsNumber(string text)
    {
        foreach (var number in Number().EnumerateMatches(text))
            return number.Length == text.Length;

        return false;
    }

    [GeneratedRegex(@"\G(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\G-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")]
    private static partial Regex Number();
}
