using System.Globalization;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>A place in a text that moves forward, and knows its line and column.</summary>
internal sealed class Scanner(string file, string text)
{
    /// <summary>What <see cref="Peek"/> says behind the last character.</summary>
    internal const int End = -1;

    private int _line = 1;
    private int _lineStart;

    internal int At { get; private set; }

    internal bool IsAtEnd => At >= text.Length;

    internal HoconOrigin Origin => new(file, _line, At - _lineStart + 1);

    internal int Peek(int ahead = 0) => At + ahead < text.Length ? text[At + ahead] : End;

    internal bool Looks(string at) => string.CompareOrdinal(text, At, at, 0, at.Length) == 0;

    /// <summary>The text that is left.</summary>
    internal ReadOnlySpan<char> Rest => text.AsSpan(At);

    internal string TextFrom(int start) => text[start..At];

    internal void Move(int characters = 1)
    {
        for (var end = At + characters; At < end; At++)
        {
            if (text[At] == '\n')
                (_line, _lineStart) = (_line + 1, At + 1);
        }
    }

    /// <summary>Moves over a character if it is the next one.</summary>
    internal bool Take(char expected)
    {
        if (Peek() != expected)
            return false;

        Move();
        return true;
    }

    /// <summary>Moves over white space within the line.</summary>
    internal void SkipBlanks()
    {
        while (IsBlank(Peek()))
            Move();
    }

    /// <summary>Moves over white space, newlines and comments. True: there was a newline.</summary>
    internal bool SkipLines()
    {
        var line = _line;
        while (true)
        {
            SkipBlanks();
            if (IsAtComment)
            {
                var end = Rest.IndexOf('\n');
                Move(end < 0 ? Rest.Length : end);
            }
            else if (!Take('\n'))
            {
                return _line > line;
            }
        }
    }

    internal bool IsAtComment => Peek() == '#' || (Peek() == '/' && Peek(1) == '/');

    internal HoconException Expected(string expected) => Expected(expected, Origin, Found);

    internal HoconException Expected(string expected, string found) => Expected(expected, Origin, found);

    internal static HoconException Expected(string expected, HoconOrigin at, string found) => new(at, $"expected {expected}, found {found}");

    internal HoconException Wrong(string problem) => new(Origin, problem);

    /// <summary>What stands here, in a word. A single character: a longer piece might be a secret.</summary>
    internal string Found => Peek() switch
    {
        End => "the end of the text",
        '\n' => "the end of the line",
        var c when IsAtComment => $"a comment ({(char)c})",
        var c when char.IsControl((char)c) || char.IsSurrogate((char)c) || char.IsWhiteSpace((char)c) => $"the character U+{c:X4}",
        var c => $"'{(char)c}'",
    };

    /// <summary>White space as HOCON has it, without the newline.</summary>
    internal static bool IsBlank(int c) => c switch
    {
        End or '\n' => false,
        ' ' or '\t' or '\v' or '\f' or '\r' or '\u001c' or '\u001d' or '\u001e' or '\u001f' or '\ufeff' => true,
        < 128 => false,
        _ => char.GetUnicodeCategory((char)c) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}
