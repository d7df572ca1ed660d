using System.Buffers;
using System.IO.Compression;
using System.Text;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Protocol.Tests.Framing;

public class MessageDeflateTests
{
    private const int BytesMax = 100_000;

    private static readonly byte[] _text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"event {i % 7} ü, ")));

    [Fact]
    public void A_large_message_is_compressed_and_reads_as_it_was()
    {
        var message = Message(0x81, _text);

        var sent = Append(message);

        Assert.True(sent.Length < message.Length / 4);
        Assert.Equal(0xC1, sent[0]);
        Assert.Equal(("Text", Encoding.UTF8.GetString(_text)), Read(new WebSocketReader(expectMasked: false, BytesMax, takesCompressed: true), sent));
    }

    [Fact]
    public void What_is_small_or_would_not_become_shorter_is_left_as_it_is()
    {
        var small = Message(0x81, _text.AsSpan(0, MessageDeflate.PayloadBytesMin - 1));
        var noise = new byte[5_000];
        new Random(7).NextBytes(noise);

        Assert.Equal(small, Append(small));
        Assert.Equal(Message(0x82, noise), Append(Message(0x82, noise)));
    }

    [Fact]
    public void The_same_bytes_are_compressed_to_the_same_bytes_whatever_came_before()
    {
        var first = Append(Message(0x81, _text));
        Append(Message(0x81, [.. _text.Reverse()]));

        Assert.Equal(first, Append(Message(0x81, _text)));
    }

    [Fact]
    public void A_message_in_pieces_and_fragments_reads_as_it_was()
    {
        var compressed = Compress(_text);
        byte[] frames =
        [
            .. Frame(0x41, compressed.AsSpan(0, 10)), .. Frame(0x89, "hi"u8), .. Frame(0x00, compressed.AsSpan(10, 1)), .. Frame(0x80, compressed.AsSpan(11)), .. Frame(0x81, "plain"u8),
            .. Frame(0xC1, [0x00]),
        ];
        var reader = new WebSocketReader(expectMasked: true, BytesMax, takesCompressed: true);
        var read = new List<(string, string)>();

        foreach (var b in frames)
            ReadInto(reader, [b], read);

        Assert.Equal([("Ping", "hi"), ("Text", Encoding.UTF8.GetString(_text)), ("Text", "plain"), ("Text", "")], read);
        Assert.Equal(_text.Length - compressed.Length, reader.InflatedBytes);
    }

    [Fact]
    public void What_a_message_becomes_is_bounded_by_the_limit_of_messages()
    {
        var bomb = Compress(new byte[50_000_000]);
        var reader = new WebSocketReader(expectMasked: true, 1_000_000, takesCompressed: true);

        Assert.Equal(("Violation", "1009"), Read(reader, Frame(0xC2, bomb)));
        Assert.Equal(0, reader.HeldBytes);
        Assert.Equal(("Binary", 1_000), ReadLength(Frame(0xC2, Compress(new byte[1_000])), 1_000));
        Assert.Equal(("Violation", 0), ReadLength(Frame(0xC2, Compress(new byte[1_001])), 1_000));
    }

    public static TheoryData<string, byte[], string> Broken => new()
    {
        { "no deflate", Frame(0xC1, "this is no deflate"u8), "1007" },
        { "a reserved kind of block", Frame(0xC1, [0x07]), "1007" },
        { "a distance that is too far", Frame(0xC1, [0x4B, 0x04, 0xA2]), "1007" },
        { "no UTF-8 after all", Frame(0xC1, Compress([0xC3, 0x28])), "1007" },
        { "RSV1 on a continuation", [.. Frame(0x41, Compress("a"u8)), .. Frame(0xC0, [])], "1002" },
        { "RSV1 on a ping", Frame(0xC9, []), "1002" },
        { "RSV1 on a close", Frame(0xC8, []), "1002" },
        { "RSV2", Frame(0xA1, []), "1002" },
        { "RSV3", Frame(0x91, []), "1002" },
        { "RSV1 and RSV2", Frame(0xE1, []), "1002" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_breaks_the_extension_is_refused(string what, byte[] frames, string status)
    {
        var (kind, told) = Read(new WebSocketReader(expectMasked: true, BytesMax, takesCompressed: true), frames);

        Assert.True((kind, told) == ("Violation", status), $"{what}: {kind} {told}");
    }

    [Fact]
    public void Without_the_extension_its_bit_is_refused() =>
        Assert.Equal(("Violation", "1002"), Read(new WebSocketReader(expectMasked: true, BytesMax), Frame(0xC1, Compress("a"u8))));

    [Fact]
    public void Chance_bytes_are_refused_or_read_and_nothing_else_happens()
    {
        var random = new Random(11);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Compress(_text.AsSpan(0, random.Next(1, 2_000)));
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            var reader = new WebSocketReader(expectMasked: true, 10_000, takesCompressed: true);
            var (kind, told) = Read(reader, Frame(0xC1, bytes.AsSpan(0, random.Next(bytes.Length + 1))));

            Assert.True(kind == "Text" || (kind == "Violation" && told is "1007" or "1009"), $"{kind} {told}");
            reader.Dispose();
        }
    }

    private static byte[] Append(byte[] message)
    {
        var to = new ArrayBufferWriter<byte>();
        MessageDeflate.Append(message, to);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Raw deflate, flushed, without the four bytes that RFC 7692 leaves away.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> payload)
    {
        using var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize);
        deflate.Write(payload);
        deflate.Flush();
        return compressed.ToArray()[..^4];
    }

    private static byte[] Message(byte first, ReadOnlySpan<byte> payload)
    {
        var message = new byte[WebSocketHeader.BytesFor(payload.Length) + payload.Length];
        WebSocketHeader.Write(message, (WebSocketOpcode)(first & 0x0F), payload.Length);
        payload.CopyTo(message.AsSpan(message.Length - payload.Length));
        return message;
    }

    /// <summary>Masked with zeros.</summary>
    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = new byte[WebSocketHeader.ClientBytesMax];
        var bytes = WebSocketHeader.WriteMasked(header, WebSocketOpcode.Text, payload.Length, 0);
        header[0] = first;
        return [.. header[..bytes], .. payload];
    }

    private static (string Kind, string Told) Read(WebSocketReader reader, byte[] bytes)
    {
        var read = new List<(string, string)>();
        ReadInto(reader, bytes, read);
        return read[^1];
    }

    private static (string Kind, int Length) ReadLength(byte[] bytes, int bytesMax)
    {
        var reader = new WebSocketReader(expectMasked: true, bytesMax, takesCompressed: true);
        var kind = reader.Read(bytes, out _, out var payload);
        return (kind.ToString(), payload.Length);
    }

    private static void ReadInto(WebSocketReader reader, byte[] bytes, List<(string Kind, string Told)> read)
    {
        var left = bytes.AsSpan();
        while (true)
        {
            var kind = reader.Read(left, out var consumed, out var payload);
            left = left[consumed..];
            if (kind is WebSocketRead.NeedsMore)
                return;

            read.Add((kind.ToString(), kind is WebSocketRead.Violation ? $"{reader.Status}" : Encoding.UTF8.GetString(payload)));
            if (kind is WebSocketRead.Violation or WebSocketRead.Close)
                return;
        }
    }
}
