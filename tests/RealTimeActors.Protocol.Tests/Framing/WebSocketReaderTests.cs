using System.Buffers;
using System.Text;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;
using RealTimeActors.Protocol.Tests.Codecs;

namespace RealTimeActors.Protocol.Tests.Framing;

public class WebSocketReaderTests
{
    [Fact]
    public void A_stream_cut_at_every_byte_reads_the_same()
    {
        byte[] stream =
        [
            .. Frame(WebSocketOpcode.Text, "hello"),
            .. Frame(WebSocketOpcode.Text, "to", isFinal: false),
            .. Frame(WebSocketOpcode.Ping, "are you there"),
            .. Frame(WebSocketOpcode.Continuation, "", isFinal: false),
            .. Frame(WebSocketOpcode.Continuation, "gether ü"),
            .. Frame(WebSocketOpcode.Binary, new string('x', 300)),
            .. Frame(WebSocketOpcode.Text, ""),
            .. Frame(WebSocketOpcode.Pong, ""),
            .. Frame(WebSocketOpcode.Close, [0x0F, 0xA0, .. "bye"u8]),
        ];
        string[] expected = ["Text hello", "Ping are you there", "Text together ü", "Binary " + new string('x', 300), "Text ", "Pong ", "Close 4000 bye"];

        Assert.Equal(expected, ReadAll([stream]));
        Assert.Equal(expected, ReadAll([.. stream.Select(b => new[] { b })]));
        for (var cut = 1; cut < stream.Length; cut++)
            Assert.Equal(expected, ReadAll([stream[..cut], stream[cut..]]));
    }

    [Fact]
    public void A_large_message_comes_whole_however_it_is_cut()
    {
        var random = new Random(7);
        var text = new string('a', 70_000) + "ü";
        var stream = Frame(WebSocketOpcode.Text, text);
        for (var round = 0; round < 50; round++)
        {
            var pieces = new List<byte[]>();
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 20_000), stream.Length - at);
                pieces.Add(stream[at..(at + length)]);
                at += length;
            }

            Assert.Equal(["Text " + text], ReadAll([.. pieces]));
        }
    }

    [Fact]
    public void A_message_in_one_piece_is_not_copied_and_nothing_is_held()
    {
        var stream = Frame(WebSocketOpcode.Binary, "hello");
        using var reader = new WebSocketReader();

        Assert.Equal(WebSocketRead.Binary, reader.Read(stream, out var consumed, out var payload));

        Assert.Equal(stream.Length, consumed);
        Assert.True(payload.Overlaps(stream));
        Assert.Equal(0, reader.HeldBytes);
    }

    [Fact]
    public void What_is_held_grows_with_what_came_not_with_what_was_declared()
    {
        var stream = Frame(WebSocketOpcode.Binary, new string('x', 1_000_000));
        using var reader = new WebSocketReader();

        Assert.Equal(WebSocketRead.NeedsMore, reader.Read(stream.AsSpan(0, 100), out var consumed, out _));

        Assert.Equal(100, consumed);
        Assert.InRange(reader.HeldBytes, 1, 100);
    }

    [Theory]
    [InlineData("C18561626364", 1002, "reserved bit")]
    [InlineData("810548656C6C6F", 1002, "masks its frames")]
    [InlineData("838000000000", 1002, "opcode 3")]
    [InlineData("8B8000000000", 1002, "opcode 11")]
    [InlineData("098000000000", 1002, "control frame")]
    [InlineData("89FE007E00000000", 1002, "control frame")]
    [InlineData("808000000000", 1002, "begin with a continuation")]
    [InlineData("018000000000818000000000", 1002, "before the one before it")]
    [InlineData("81FE000500000000", 1002, "few bytes")]
    [InlineData("81FF000000000000FFFF00000000", 1002, "few bytes")]
    [InlineData("81FF000000000010000100000000", 1009, "1048576")]
    [InlineData("81FFFFFFFFFFFFFFFFFF00000000", 1009, "1048576")]
    [InlineData("018100000000 41 80FF000000000010000000000000", 1009, "1048576")]
    [InlineData("818200000000C328", 1007, "UTF-8")]
    [InlineData("88810000000003", 1002, "two bytes")]
    [InlineData("88820000000003ED", 1002, "1005")]
    [InlineData("88820000000007D0", 1002, "2000")]
    [InlineData("88840000000003E8C328", 1007, "UTF-8")]
    public void A_breach_of_the_RFC_ends_with_its_status(string hex, int status, string reason)
    {
        var stream = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        using var reader = new WebSocketReader();

        var read = Drain(reader, stream, []);

        Assert.Equal(WebSocketRead.Violation, read);
        Assert.Equal(status, reader.Status);
        Assert.Contains(reason, reader.Reason, StringComparison.Ordinal);
        Assert.Equal(0, reader.HeldBytes);
        Assert.Equal(WebSocketRead.Violation, reader.Read(Frame(WebSocketOpcode.Ping, ""), out _, out _));
    }

    [Fact]
    public void Endless_empty_fragments_are_ended()
    {
        byte[] first = Frame(WebSocketOpcode.Text, "", isFinal: false);
        var next = Frame(WebSocketOpcode.Continuation, "", isFinal: false);
        using var reader = new WebSocketReader();

        Drain(reader, first, []);
        for (var i = 1; i < WebSocketReader.FragmentsMax; i++)
            Assert.Equal(WebSocketRead.NeedsMore, reader.Read(next.ToArray(), out _, out _));

        Assert.Equal(WebSocketRead.Violation, reader.Read(next, out _, out _));
        Assert.Equal(1009, reader.Status);
    }

    [Fact]
    public void A_close_without_status_says_1005()
    {
        using var reader = new WebSocketReader();

        Assert.Equal(WebSocketRead.Close, reader.Read(Frame(WebSocketOpcode.Close, ""), out _, out _));

        Assert.Equal(1005, reader.Status);
    }

    [Fact]
    public void A_servers_messages_are_read_without_mask_and_refused_with_one()
    {
        using var reader = new WebSocketReader(expectMasked: false);
        using var other = new WebSocketReader(expectMasked: false);

        Assert.Equal(WebSocketRead.Text, reader.Read([0x81, 0x02, (byte)'o', (byte)'k'], out _, out var payload));
        Assert.Equal("ok", Encoding.UTF8.GetString(payload));

        Assert.Equal(WebSocketRead.Violation, other.Read(Frame(WebSocketOpcode.Text, "ok"), out _, out _));
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void Every_server_frame_goes_through_a_message_and_back(WireFormat format)
    {
        // Sizes below 126, below 65,536 and above, so that each form of the header occurs.
        var buffer = new ArrayBufferWriter<byte>();
        List<ServerFrame> frames = [.. Enumerable.Range(0, 500).Select(seed => new RandomFrames(seed).Server())];
        frames.Add(new ServerFrame.Ping());
        frames.Add(new ServerFrame.Event(new RandomFrames(1).Event() with { Data = Encoding.UTF8.GetBytes($"\"{new string('y', 70_000)}\"") }));
        foreach (var frame in frames)
            ServerMessages.Write(format, frame, buffer);

        using var reader = new WebSocketReader(expectMasked: false);
        var back = new List<ServerFrame>();
        var rest = buffer.WrittenSpan.ToArray().AsSpan();
        while (!rest.IsEmpty)
        {
            var read = reader.Read(rest, out var consumed, out var payload);
            Assert.Equal(format is WireFormat.WebSocketJson ? WebSocketRead.Text : WebSocketRead.Binary, read);
            Assert.True(FrameCodecs.For(format).TryDecodeServer(payload, back));
            rest = rest[consumed..];
        }

        Assert.Equal(frames.Select(Oracle.ToMessage), back.Select(Oracle.ToMessage));
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void Every_client_frame_goes_through_a_masked_message_and_back(WireFormat format)
    {
        using var reader = new WebSocketReader();
        for (var seed = 0; seed < 500; seed++)
        {
            var frame = new RandomFrames(seed).Client();
            var buffer = new ArrayBufferWriter<byte>();
            ClientMessages.Write(format, frame, 0xA1B2C3D4 + (uint)seed, buffer);
            var back = new List<ClientFrame>();

            reader.Read(buffer.WrittenSpan.ToArray(), out var consumed, out var payload);

            Assert.Equal(buffer.WrittenCount, consumed);
            Assert.True(FrameCodecs.For(format).TryDecodeClient(payload, Limits.FrameBytesMax, back));
            Assert.Equal(Oracle.ToMessage(frame), Oracle.ToMessage(Assert.Single(back)));
        }
    }

    [Fact]
    public void Over_HTTP_a_frame_is_its_line_and_nothing_else()
    {
        var buffer = new ArrayBufferWriter<byte>();
        List<ServerFrame> frames = [.. Enumerable.Range(0, 500).Select(seed => new RandomFrames(seed).Server())];
        var expected = new ArrayBufferWriter<byte>();
        foreach (var frame in frames)
        {
            ServerMessages.Write(WireFormat.JsonLines, frame, buffer);
            FrameCodecs.Json.Encode(frame, expected);
        }

        ClientMessages.Write(WireFormat.JsonLines, new ClientFrame.Ping { Id = 3 }, 0xA1B2C3D4, buffer);

        Assert.Equal(Encoding.UTF8.GetString(expected.WrittenSpan) + "{\"id\":3,\"ping\":{}}\n", Encoding.UTF8.GetString(buffer.WrittenSpan));
        Assert.Same(FrameCodecs.Json, FrameCodecs.For(WireFormat.JsonLines));
    }

    [Fact]
    public void The_mask_is_that_of_the_RFC_at_every_length_and_offset()
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        for (var length = 0; length < 100; length++)
        {
            for (var offset = 0; offset < 5; offset++)
            {
                var bytes = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

                WebSocketHeader.ApplyMask(bytes, 0x37FA213D, offset);

                Assert.Equal(Enumerable.Range(0, length).Select(i => (byte)(i ^ mask[(i + offset) % 4])), bytes);
            }
        }
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(99);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && i % 2 == 0)
                (bytes[0], bytes[1]) = ((byte)(0x80 | random.Next(3)), (byte)(0x80 | random.Next(20)));

            using var reader = new WebSocketReader();
            Drain(reader, bytes, []);
        }
    }

    private static List<string> ReadAll(byte[][] pieces)
    {
        using var reader = new WebSocketReader();
        var seen = new List<string>();
        foreach (var piece in pieces)
            Drain(reader, [.. piece], seen);

        // What was handed out last is good until the next call.
        reader.Read([], out _, out _);
        Assert.Equal(0, reader.HeldBytes);
        return seen;
    }

    private static WebSocketRead Drain(WebSocketReader reader, byte[] piece, List<string> seen)
    {
        var rest = piece.AsSpan();
        while (true)
        {
            var read = reader.Read(rest, out var consumed, out var payload);
            rest = rest[consumed..];
            if (read is WebSocketRead.Close)
                seen.Add($"Close {reader.Status} {reader.Reason}");
            else if (read is not (WebSocketRead.NeedsMore or WebSocketRead.Violation))
                seen.Add($"{read} {Encoding.UTF8.GetString(payload)}");

            if (read is WebSocketRead.NeedsMore or WebSocketRead.Violation or WebSocketRead.Close)
                return read;
        }
    }

    private static byte[] Frame(WebSocketOpcode opcode, string payload, bool isFinal = true) => Frame(opcode, Encoding.UTF8.GetBytes(payload), isFinal);

    private static byte[] Frame(WebSocketOpcode opcode, byte[] payload, bool isFinal = true)
    {
        var header = new byte[WebSocketHeader.ClientBytesMax];
        var length = WebSocketHeader.WriteMasked(header, opcode, payload.Length, 0x12345678);
        if (!isFinal)
            header[0] &= 0x7F;

        byte[] masked = [.. payload];
        WebSocketHeader.ApplyMask(masked, 0x12345678);
        return [.. header[..length], .. masked];
    }
}
