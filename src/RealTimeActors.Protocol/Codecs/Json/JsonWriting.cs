using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>JSON into a <see cref="ByteWriter"/>. Names and punctuation are written by the callers as they stand on the wire.</summary>
internal static class JsonWriting
{
    private static readonly SearchValues<char> _mustBeEscaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (char)i), '"', '\\']);

    /// <summary>A string with its quotes. Half a surrogate pair becomes U+FFFD: the wire is always valid UTF-8.</summary>
    public static void String(ref ByteWriter w, ReadOnlySpan<char> text)
    {
        w.Byte((byte)'"');
        while (true)
        {
            var next = text.IndexOfAny(_mustBeEscaped);
            var plain = next < 0 ? text : text[..next];
            Utf8.FromUtf16(plain, w.Room(plain.Length * 3), out _, out var written);
            w.Advance(written);
            if (next < 0)
                break;

            Escape(ref w, text[next]);
            text = text[(next + 1)..];
        }

        w.Byte((byte)'"');
    }

    public static void Number(ref ByteWriter w, long value)
    {
        Utf8Formatter.TryFormat(value, w.Room(20), out var written);
        w.Advance(written);
    }

    public static void Number(ref ByteWriter w, double value)
    {
        value.TryFormat(w.Room(32), out var written, provider: CultureInfo.InvariantCulture);
        w.Advance(written);
    }

    public static void Boolean(ref ByteWriter w, bool value) => w.Raw(value ? "true"u8 : "false"u8);

    /// <summary>A value that is JSON already; none is <c>null</c>.</summary>
    public static void Value(ref ByteWriter w, ReadOnlySpan<byte> json) => w.Raw(json.IsEmpty ? "null"u8 : json);

    /// <summary>RFC 3339 in UTC with milliseconds; times outside the years 1 … 9999 become the nearest inside.</summary>
    public static void Time(ref ByteWriter w, long unixMs)
    {
        const long LeastMs = -62_135_596_800_000, MostMs = 253_402_300_799_999;
        var time = DateTime.UnixEpoch.AddTicks(Math.Clamp(unixMs, LeastMs, MostMs) * TimeSpan.TicksPerMillisecond);
        var (year, month, day) = DateOnly.FromDateTime(time);
        var to = w.Room(26);
        to[0] = (byte)'"';
        Digits(to[1..5], year);
        to[5] = (byte)'-';
        Digits(to[6..8], month);
        to[8] = (byte)'-';
        Digits(to[9..11], day);
        to[11] = (byte)'T';
        Digits(to[12..14], time.Hour);
        to[14] = (byte)':';
        Digits(to[15..17], time.Minute);
        to[17] = (byte)':';
        Digits(to[18..20], time.Second);
        to[20] = (byte)'.';
        Digits(to[21..24], time.Millisecond);
        to[24] = (byte)'Z';
        to[25] = (byte)'"';
        w.Advance(26);
    }

    /// <summary>Bytes as lower-case hex, with quotes.</summary>
    public static void Hex(ref ByteWriter w, ReadOnlySpan<byte> bytes)
    {
        w.Byte((byte)'"');
        Convert.TryToHexStringLower(bytes, w.Room(bytes.Length * 2), out var written);
        w.Advance(written);
        w.Byte((byte)'"');
    }

    /// <summary>Bytes in base64, with quotes.</summary>
    public static void Bytes(ref ByteWriter w, ReadOnlySpan<byte> bytes)
    {
        w.Byte((byte)'"');
        Base64.EncodeToUtf8(bytes, w.Room(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        w.Advance(written);
        w.Byte((byte)'"');
    }

    /// <summary><c>,"name":"text"</c>, where there is text; <paramref name="name"/> comes with comma, quotes and colon.</summary>
    public static void Optional(ref ByteWriter w, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;

        w.Raw(name);
        String(ref w, text);
    }

    /// <summary><c>,"name":number</c>, where there is one.</summary>
    public static void Optional(ref ByteWriter w, ReadOnlySpan<byte> name, long? value)
    {
        if (value is null)
            return;

        w.Raw(name);
        Number(ref w, value.GetValueOrDefault());
    }

    /// <summary><c>,"name":number</c>, where it is not 0.</summary>
    public static void Positive(ref ByteWriter w, ReadOnlySpan<byte> name, long value) => Optional(ref w, name, value == 0 ? null : value);

    /// <summary><c>"word"</c> of letters only.</summary>
    public static void Word(ref ByteWriter w, ReadOnlySpan<byte> word)
    {
        w.Byte((byte)'"');
        w.Raw(word);
        w.Byte((byte)'"');
    }

    private static void Digits(Span<byte> to, int value)
    {
        for (var i = to.Length - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static void Escape(ref ByteWriter w, char c)
    {
        switch (c)
        {
            case '"':
                w.Raw("\\\""u8);
                break;
            case '\\':
                w.Raw(@"\\"u8);
                break;
            case '\n':
                w.Raw("\\n"u8);
                break;
            case '\r':
                w.Raw("\\r"u8);
                break;
            case '\t':
                w.Raw("\\t"u8);
                break;
            default:
                w.Raw("\\u00"u8);
                w.Byte((byte)(c < 16 ? '0' : '1'));
                w.Byte("0123456789abcdef"u8[c & 15]);
                break;
        }
    }
}
