using System.Buffers;

namespace RealTimeActors.Protocol.Json;

/// <summary>Whole values: passed, or copied without white space.</summary>
internal ref partial struct JsonScanner
{
    private static readonly SearchValues<byte> _endsPlainText = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Reads any value, compact: white space outside strings removed, tokens as they came.</summary>
    public bool ReadValue(out byte[]? compact)
    {
        compact = null;
        if (!SkipValue(out var start, out var spaces))
            return false;

        compact = Compact(_text[start.._at], spaces);
        return true;
    }

    /// <summary>Passes over any value.</summary>
    public bool SkipValue() => SkipValue(out _, out _);

    /// <summary>Passes over any value and says where it began and how many bytes of it are white space outside strings.</summary>
    public bool SkipValue(out int start, out int spaces)
    {
        SkipSpace();
        start = _at;
        spaces = 0;
        if (Error is not null)
            return false;

        var depth = 0;
        ulong objects = 0;
        while (true)
        {
            // A value begins here.
            if (_at == _text.Length)
                return FailExpected("a value");

            var first = _text[_at];
            if (first is (byte)'{' or (byte)'[')
            {
                if (++depth > Limits.JsonDepthMax)
                    return Fail($"{Member} is deeper than {Limits.JsonDepthMax} levels.");

                _at++;
                var isObject = first == '{';
                objects = isObject ? objects | (1UL << depth) : objects & ~(1UL << depth);
                if (isObject)
                    _names.Enter();

                spaces += Space();
                if (_at < _text.Length && _text[_at] != (isObject ? '}' : ']'))
                {
                    if (isObject && !NameInside(ref spaces))
                        return false;

                    continue;
                }
            }
            else if (!TryScalar(first))
            {
                return false;
            }

            // After a value: ends of what is open, then a comma.
            while (true)
            {
                if (depth == 0)
                {
                    _isFirst = false;
                    return true;
                }

                spaces += Space();
                var isObject = (objects & (1UL << depth)) != 0;
                if (_at < _text.Length && _text[_at] == ',')
                {
                    _at++;
                    spaces += Space();
                    if (isObject && !NameInside(ref spaces))
                        return false;

                    break;
                }

                if (_at == _text.Length || _text[_at] != (isObject ? '}' : ']'))
                    return Fail($"A comma or {(isObject ? '}' : ']')} is expected at byte {_at}.");

                _at++;
                depth--;
                if (isObject && !_names.Leave(_text, _scratch))
                    return FailRepeated();
            }
        }
    }

    /// <summary>A copy of a well-formed value without the white space outside strings.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> value, int spaces)
    {
        if (spaces == 0)
            return value.ToArray();

        var compact = new byte[value.Length - spaces];
        var written = 0;
        for (var at = 0; at < value.Length; at++)
        {
            var c = value[at];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;

            compact[written++] = c;
            if (c != '"')
                continue;

            // A string is copied whole: up to the quote that is not escaped.
            do
            {
                c = value[++at];
                compact[written++] = c;
                if (c == '\\')
                    compact[written++] = value[++at];
            }
            while (c != '"');
        }

        return compact;
    }

    private int Space()
    {
        var start = _at;
        SkipSpace();
        return _at - start;
    }

    private bool NameInside(ref int spaces)
    {
        if (_at == _text.Length || _text[_at] != '"')
            return Fail($"A name in quotes is expected at byte {_at}.");

        if (!TryString(out var start, out var length, out var isEscaped) || !AddName(start, length, isEscaped, out _))
            return false;

        spaces += Space();
        if (_at == _text.Length || _text[_at] != ':')
            return Fail($"A colon is expected at byte {_at}.");

        _at++;
        spaces += Space();
        return true;
    }

    private bool TryName(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (Peek() != '"')
            return Fail($"A name in quotes is expected at byte {_at}.");

        if (!TryString(out var start, out var length, out var isEscaped) || !AddName(start, length, isEscaped, out name))
            return false;

        (_memberStart, _memberLength) = (start, length);
        if (Peek() != ':')
            return Fail($"A colon is expected at byte {_at}.");

        _at++;
        return true;
    }

    private bool AddName(int start, int length, bool isEscaped, out ReadOnlySpan<byte> name)
    {
        name = _text.Slice(start, length);
        if (isEscaped)
            name = Unescape(name, out start, out _);

        return _names.Add(new JsonNames.Name(start, name.Length, isEscaped), _text, _scratch)
            || Fail($"The name '{Codecs.Words.Quote(name)}' comes twice in one object, at byte {_at}.");
    }

    private bool FailRepeated() => Fail($"A name comes twice in one object that ends at byte {_at}.");

    private ReadOnlySpan<byte> Unescape(scoped ReadOnlySpan<byte> escaped, out int start, out bool isText)
    {
        // All strings of a text together, without their escapes, are shorter than the text: one piece does for all. (One that is read twice is an exception
        // that would not fit; Position is only used for values that begin a scanner of their own.)
        _scratch ??= ArrayPool<byte>.Shared.Rent(_text.Length);
        start = _scratchUsed;
        var length = JsonEscapes.Remove(escaped, _scratch.AsSpan(start), out isText);
        _scratchUsed += length;
        return _scratch.AsSpan(start, length);
    }

    /// <summary>A string, from its quote on: where its inside is, and whether it has escapes.</summary>
    private bool TryString(out int start, out int length, out bool isEscaped)
    {
        start = ++_at;
        length = 0;
        isEscaped = false;
        while (true)
        {
            var next = _text[_at..].IndexOfAny(_endsPlainText);
            if (next < 0)
                return Fail("A string has no end.");

            _at += next;
            var c = _text[_at];
            if (c == '"')
            {
                length = _at++ - start;
                return true;
            }

            if (c != '\\')
                return Fail($"A control character stands in a string, at byte {_at}: it must be escaped.");

            isEscaped = true;
            if (!TryEscape())
                return Fail($"A backslash is not followed by an escape of JSON, at byte {_at}.");
        }
    }

    private bool TryEscape()
    {
        var rest = _text[(_at + 1)..];
        if (rest.IsEmpty)
            return false;

        if (rest[0] != 'u')
        {
            _at += 2;
            return @"""\/bfnrt"u8.Contains(rest[0]);
        }

        if (rest.Length < 5)
            return false;

        foreach (var digit in rest[1..5])
            if (!char.IsAsciiHexDigit((char)digit))
                return false;

        _at += 6;
        return true;
    }

    private bool TryScalar(byte first)
    {
        switch (first)
        {
            case (byte)'"':
                return TryString(out _, out _, out _);
            case (byte)'t':
                return TryLiteral("true"u8);
            case (byte)'f':
                return TryLiteral("false"u8);
            case (byte)'n':
                return TryLiteral("null"u8);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return TryNumber();
            default:
                return Fail($"{Member}: a value is expected at byte {_at}.");
        }
    }

    private bool TryLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_text[_at..].StartsWith(literal))
            return Fail($"{Member}: a value is expected at byte {_at}.");

        _at += literal.Length;
        return true;
    }

    /// <summary>A number of any size: <c>-? (0 | 1-9 digits) (. digits)? (e sign? digits)?</c></summary>
    private bool TryNumber()
    {
        var start = _at;
        if (_text[_at] == '-')
            _at++;

        if (_at < _text.Length && _text[_at] == '0')
            _at++;
        else if (Digits() == 0)
            return Fail($"A number is not complete at byte {_at}.");

        if (_at < _text.Length && _text[_at] == '.')
        {
            _at++;
            if (Digits() == 0)
                return Fail($"A number is not complete at byte {_at}.");
        }

        if (_at < _text.Length && (_text[_at] | 0x20) == 'e')
        {
            _at++;
            if (_at < _text.Length && _text[_at] is (byte)'+' or (byte)'-')
                _at++;

            if (Digits() == 0)
                return Fail($"A number is not complete at byte {_at}.");
        }

        // 01, 1x: what follows a number is the end of something.
        return _at == _text.Length || _text[_at] is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'
            || Fail($"A number that begins at byte {start} is not one.");
    }

    private int Digits()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9')
            _at++;

        return _at - start;
    }
}
