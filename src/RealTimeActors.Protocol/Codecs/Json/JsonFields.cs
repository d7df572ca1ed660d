using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Fields that more than one frame has. A field that is <c>null</c> or an empty string keeps its default.</summary>
internal static class JsonFields
{
    public static bool ReadCount(ref JsonScanner s, ref long value)
    {
        if (!s.ReadInteger(0, out long? number))
            return false;

        value = number ?? value;
        return true;
    }

    public static bool ReadOneOf(ref JsonScanner s, Func<string, bool> isOne, string expected, out string? value)
        => s.ReadString(out value) && (value is null || isOne(value) || s.Fail(Unexpected(Encoding.UTF8.GetBytes(value), expected)));

    public static bool ReadPriority(ref JsonScanner s, ref Priority value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.Priorities));

    public static bool ReadLeastPriority(ref JsonScanner s, ref Priority? value)
    {
        if (!TryWord(ref s, out var word))
            return s.Error is null;

        if (!Words.TryRead(word, out Priority priority))
            return s.Fail(Unexpected(word, Words.Priorities));

        value = priority;
        return true;
    }

    public static bool ReadConfirm(ref JsonScanner s, ref Confirm value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.Confirms));

    public static bool ReadMode(ref JsonScanner s, ref SubscriptionMode value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.Modes));

    public static bool ReadAckMode(ref JsonScanner s, ref AckMode value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.AckModes));

    public static bool ReadInterest(ref JsonScanner s, ref PresenceInterest value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.Interests));

    public static bool ReadOrder(ref JsonScanner s, ref DeliveryOrder value)
        => !TryWord(ref s, out var word) ? s.Error is null
            : Words.TryRead(word, out value) || s.Fail(Unexpected(word, Words.Orders));

    public static bool ReadOverflow(ref JsonScanner s, ref OverflowPolicy? value)
    {
        if (!TryWord(ref s, out var word))
            return s.Error is null;

        if (!Words.TryRead(word, out OverflowPolicy overflow))
            return s.Fail(Unexpected(word, Words.Overflows));

        value = overflow;
        return true;
    }

    /// <summary><c>"now"</c>, <c>"earliest"</c>, <c>"session"</c>, <c>{"last": n}</c> or <c>{"epoch": e, "offset": o}</c>.</summary>
    public static bool ReadFrom(ref JsonScanner s, bool isEpochRequired, ref From? value)
    {
        if (s.Peek() != '{')
        {
            if (!TryWord(ref s, out var word))
                return s.Error is null;

            value = Words.ReadKeyword(word);
            return value is not null || s.Fail(Unexpected(word, Words.Keywords));
        }

        s.BeginObject();
        long? last = null, offset = null;
        string? epoch = null;
        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("last"u8) ? s.ReadInteger(0, out last)
                : name.SequenceEqual("epoch"u8) ? s.ReadString(out epoch)
                : name.SequenceEqual("offset"u8) ? s.ReadInteger(0, out offset)
                : s.SkipValue();
            if (!isRead)
                return false;
        }

        if (s.Error is not null)
            return false;

        if (last is null == offset is null)
            return s.Fail($"'from' is expected to be {Words.Keywords}.");

        if (last is null && epoch is null && isEpochRequired)
            return s.Fail("from.epoch is required beside from.offset: an offset lives in an epoch.");

        value = last is { } count ? new From.Last(count) : new From.Position(epoch ?? "", offset.GetValueOrDefault());
        return true;
    }

    public static bool ReadStrings(ref JsonScanner s, ref List<string>? values)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginArray())
            return false;

        values = [];
        while (s.NextElement())
        {
            if (!s.ReadSpan(out var utf8))
                return false;

            values.Add(Encoding.UTF8.GetString(utf8));
        }

        return s.Error is null;
    }

    /// <summary><c>[[from, to], …]</c></summary>
    public static bool ReadRanges(ref JsonScanner s, ref IReadOnlyList<OffsetRange> ranges)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginArray())
            return false;

        var read = new List<OffsetRange>();
        while (s.NextElement())
        {
            if (!s.BeginArray() || !s.NextElement() || !s.ReadInteger(1, out long from) || !s.NextElement() || !s.ReadInteger(1, out long to) || s.NextElement())
                return s.Fail("ack.ranges is expected to be [[from, to], …].");

            if (s.Error is not null || from > to)
                return s.Fail($"A range is expected to begin before it ends; {from} … {to} came.");

            read.Add(new OffsetRange(from, to));
        }

        ranges = read;
        return s.Error is null;
    }

    /// <summary>A priority as a client reads it: one that it does not know is normal.</summary>
    public static bool ReadAnyPriority(ref JsonScanner s, ref Priority value)
    {
        if (TryWord(ref s, out var word))
            Words.TryRead(word, out value);

        return s.Error is null;
    }

    /// <summary>Hex of either case.</summary>
    public static bool ReadHex(ref JsonScanner s, ref byte[]? bytes)
    {
        if (!TryWord(ref s, out var word))
            return s.Error is null;

        bytes = new byte[word.Length / 2];
        return Convert.FromHexString(word, bytes, out _, out var written) is OperationStatus.Done && written == bytes.Length && word.Length % 2 == 0
            || s.Fail("A hash is expected as hex digits, two for each byte.");
    }

    /// <summary>Base64 with padding (RFC 4648, section 4).</summary>
    public static bool ReadBase64(ref JsonScanner s, ref byte[]? bytes)
    {
        if (!TryWord(ref s, out var word))
            return s.Error is null;

        bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(word.Length)];
        if (Base64.DecodeFromUtf8(word, bytes, out var read, out var written) is not OperationStatus.Done || read != word.Length)
            return s.Fail("Bytes are expected in base64.");

        Array.Resize(ref bytes, written);
        return true;
    }

    /// <summary>RFC 3339; finer than milliseconds is cut off.</summary>
    public static bool ReadTime(ref JsonScanner s, ref long unixMs)
    {
        if (!TryWord(ref s, out var word))
            return s.Error is null;

        Span<char> text = stackalloc char[40];
        if (word.Length > text.Length || !DateTimeOffset.TryParse(text[..Encoding.UTF8.GetChars(word, text)], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time))
            return s.Fail($"'{Words.Quote(word)}' is no time of RFC 3339.");

        unixMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    public static string Unexpected(ReadOnlySpan<byte> came, string expected) => $"'{Words.Quote(came)}' is not known here; expected is one of: {expected}.";

    private static bool TryWord(ref JsonScanner s, out ReadOnlySpan<byte> word)
    {
        word = default;
        return !s.TakeNull() && s.ReadSpan(out word) && !word.IsEmpty;
    }
}
