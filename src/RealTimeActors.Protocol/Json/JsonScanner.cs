using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace RealTimeActors.Protocol.Json;

/// <summary>
/// Walks strictly through one JSON text (RFC 8259) that is known to be UTF-8, one call per expected thing: no duplicate names, bounded depth, no exception for
/// what came from the network. Every call returns false once something was wrong; <see cref="Error"/> then says what.
/// </summary>
/// <remarks>Why not <c>Utf8JsonReader</c>: it throws for bad input (an attacker chooses how often) and leaves duplicate names and the copy
/// without white space to a second walk. The tests hold it against <c>Utf8JsonReader</c>.</remarks>
internal ref partial struct JsonScanner
{
    private readonly ReadOnlySpan<byte> _text;
    private JsonNames _names;
    private byte[]? _scratch;
    private int _scratchUsed;
    private int _at;
    private int _memberStart;
    private int _memberLength;
    private readonly string _whole;
    private bool _isFirst;

    /// <summary>Begins before the text.</summary>
    /// <param name="text">The text, valid UTF-8.</param>
    /// <param name="names">Room for the names of open objects; more is rented where it does not do.</param>
    /// <param name="whole">What the text is, in what is said of it.</param>
    public JsonScanner(ReadOnlySpan<byte> text, Span<JsonNames.Name> names, string whole = "The frame")
    {
        _text = text;
        _whole = whole;
        _names = new JsonNames(names);
    }

    /// <summary>What was wrong; null: nothing so far.</summary>
    public string? Error { get; private set; }

    /// <summary>Where the scanner stands, for a value that is to be read a second time.</summary>
    public readonly int Position => _at;

    /// <summary>Ends the walk: nothing but white space may follow.</summary>
    public bool End()
    {
        SkipSpace();
        return Error is null && (_at == _text.Length || Fail("Nothing is expected after the value; more came."));
    }

    public bool BeginObject()
    {
        if (!Expect((byte)'{', "an object"))
            return false;

        _names.Enter();
        _isFirst = true;
        return true;
    }

    /// <summary>Goes to the next member of the object. False: it has ended, or something was wrong. Use the name before the value is read.</summary>
    public bool NextMember(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!Next((byte)'}'))
            return false;

        return TryName(out name);
    }

    public bool BeginArray()
    {
        if (!Expect((byte)'[', "an array"))
            return false;

        _isFirst = true;
        return true;
    }

    /// <summary>Goes to the next element of the array. False: it has ended, or something was wrong.</summary>
    public bool NextElement() => Next((byte)']');

    /// <summary>Whether the value is <c>null</c>, which is then passed: the same as absent, wherever a value may be left out.</summary>
    public bool TakeNull()
    {
        SkipSpace();
        if (!_text[_at..].StartsWith("null"u8))
            return false;

        _at += 4;
        _isFirst = false;
        return true;
    }

    /// <summary>The first byte of the value that comes; 0 at the end of the text.</summary>
    public byte Peek()
    {
        SkipSpace();
        return _at < _text.Length ? _text[_at] : (byte)0;
    }

    /// <summary>Reads a string without its escapes. Use it before the next one is read.</summary>
    public bool ReadSpan(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (Error is not null || Peek() != '"')
            return Error is null && FailExpected("a string");

        if (!TryString(out var start, out var length, out var isEscaped))
            return false;

        _isFirst = false;
        utf8 = _text.Slice(start, length);
        if (!isEscaped)
            return true;

        utf8 = Unescape(utf8, out _, out var isText);
        return isText || Fail($"{Member} has half a surrogate pair: a string of text is expected.");
    }

    /// <summary>Reads a string; <c>null</c> and the empty one are absent.</summary>
    public bool ReadString(out string? text)
    {
        text = null;
        if (TakeNull())
            return true;

        if (!ReadSpan(out var utf8))
            return false;

        text = utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
        return true;
    }

    /// <summary>Reads a whole number from <paramref name="least"/> to 2^53-1; <c>null</c> is absent.</summary>
    public bool ReadInteger(long least, out long? value)
    {
        value = null;
        if (Error is not null)
            return false;

        if (TakeNull())
            return true;

        if (!ReadInteger(least, out long number))
            return false;

        value = number;
        return true;
    }

    /// <summary>Reads a whole number from <paramref name="least"/> to 2^53-1.</summary>
    public bool ReadInteger(long least, out long value)
    {
        value = 0;
        if (Error is not null)
            return false;

        var first = Peek();
        if (first is not (byte)'-' and (< (byte)'0' or > (byte)'9'))
            return FailExpected("a whole number");

        var start = _at;
        if (!TryNumber())
            return false;

        _isFirst = false;
        var digits = _text[start.._at];
        if (digits.ContainsAny(".eE"u8))
            return Fail($"{Member} is {Codecs.Words.Quote(digits)}; a whole number is expected, without point and exponent.");

        // 17 characters hold every number in range, and none of them overflows.
        if (digits.Length <= 17)
        {
            foreach (var digit in digits)
                value = digit == '-' ? 0 : (value * 10) + digit - '0';

            value = first == '-' ? -value : value;
            if (value >= least && value <= Limits.IntegerMax)
                return true;
        }

        value = 0;
        return Fail($"{Member} is {Codecs.Words.Quote(digits)}; a whole number from {least} to {Limits.IntegerMax} is expected.");
    }

    public bool ReadDouble(out double value)
    {
        value = 0;
        var first = Peek();
        if (Error is not null || first is not (byte)'-' and (< (byte)'0' or > (byte)'9'))
            return Error is null && FailExpected("a number");

        var start = _at;
        _isFirst = false;
        return TryNumber() && double.TryParse(_text[start.._at], out value);
    }

    /// <summary>Reads <c>true</c> or <c>false</c>; <c>null</c> leaves <paramref name="value"/> as it is.</summary>
    public bool ReadBoolean(scoped ref bool value)
    {
        if (Error is not null)
            return false;

        if (TakeNull())
            return true;

        var isTrue = _text[_at..].StartsWith("true"u8);
        if (!isTrue && !_text[_at..].StartsWith("false"u8))
            return FailExpected("true or false");

        value = isTrue;
        _at += isTrue ? 4 : 5;
        _isFirst = false;
        return true;
    }

    /// <summary>Says what is wrong; the first one said stays.</summary>
    public bool Fail(string error)
    {
        Error ??= error;
        return false;
    }

    /// <summary>Says that another kind of value was expected for the present member.</summary>
    public bool FailExpected(string expected)
    {
        var came = Peek() switch
        {
            (byte)'{' => "an object",
            (byte)'[' => "an array",
            (byte)'"' => "a string",
            (byte)'t' or (byte)'f' => "a boolean",
            (byte)'n' => "null",
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => "a number",
            0 => "the end of the text",
            _ => "no JSON",
        };
        return Fail($"{Member}: {expected} is expected; {came} came, at byte {_at}.");
    }

    /// <summary>Says that the present member is required.</summary>
    public bool Require([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] object? value, string name)
        => value is not null || Fail($"{name} is required; it is absent or empty.");

    public void Dispose()
    {
        _names.Dispose();
        if (_scratch is not null)
            ArrayPool<byte>.Shared.Return(_scratch);

        _scratch = null;
    }

    private readonly string Member => _memberLength == 0 ? _whole : $"'{Codecs.Words.Quote(_text.Slice(_memberStart, _memberLength))}'";

    private bool Expect(byte begin, string what)
    {
        if (Error is not null || Peek() != begin)
            return Error is null && FailExpected(what);

        _at++;
        return true;
    }

    private bool Next(byte end)
    {
        if (Error is not null)
            return false;

        var next = Peek();
        if (next == end)
        {
            _at++;
            _isFirst = false;
            return end == '}' && !_names.Leave(_text, _scratch) && FailRepeated();
        }

        if (!_isFirst)
        {
            if (next != ',')
                return Fail($"A comma or {(char)end} is expected at byte {_at}.");

            _at++;
        }

        _isFirst = false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
    }
}
