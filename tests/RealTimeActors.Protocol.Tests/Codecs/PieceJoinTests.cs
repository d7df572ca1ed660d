using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Tests.Codecs;

/// <summary>Frames that come in pieces.</summary>
public class PieceJoinTests
{
    public static TheoryData<WireFormat> Formats => [WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_frame_comes_together_from_pieces_of_any_size_while_others_are_under_way(WireFormat format)
    {
        var codec = FrameCodecs.For(format);
        var random = new Random(3);
        for (var seed = 0; seed < 300; seed++)
        {
            ServerFrame[] frames = [.. Enumerable.Range(0, 4).Select(i => NoPiece(seed + (1000 * i)))];
            var pieces = frames.Select((frame, i) => new Queue<ServerFrame.Piece>(Cut(Alone(codec, frame), i + 1, random.Next(1, 200)))).ToArray();
            var join = new PieceJoin(codec);
            var back = new ServerFrame?[frames.Length];

            while (Array.FindAll(pieces, queue => queue.Count > 0) is { Length: > 0 } left)
            {
                var piece = left[random.Next(left.Length)].Dequeue();
                Assert.True(join.TryAdd(piece, out var frame));
                Assert.Equal(piece.Last, frame is not null);
                back[piece.Of - 1] ??= frame;
            }

            Assert.Equal(frames.Select(Oracle.ToMessage), back.Select(frame => Oracle.ToMessage(frame!)));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_cannot_become_a_frame_is_told(WireFormat format)
    {
        var codec = FrameCodecs.For(format);
        var nested = Alone(codec, new ServerFrame.Piece(2, true, new byte[] { 1 }));

        Assert.False(new PieceJoin(codec).TryAdd(new ServerFrame.Piece(1, true, new byte[] { 0xFF, 0xFF }), out _));
        Assert.False(new PieceJoin(codec).TryAdd(new ServerFrame.Piece(1, true, nested), out _));
    }

    [Fact]
    public void A_frame_that_the_server_gives_up_is_forgotten_and_its_number_begins_anew()
    {
        var join = new PieceJoin(FrameCodecs.Json);
        Assert.True(join.TryAdd(new ServerFrame.Piece(1, false, "{\"po"u8.ToArray()), out _));

        Assert.True(join.TryAdd(new ServerFrame.Piece(1, true, default), out var given));
        Assert.True(join.TryAdd(new ServerFrame.Piece(1, true, "{\"pong\":{}}"u8.ToArray()), out var next));

        Assert.Null(given);
        Assert.IsType<ServerFrame.Pong>(next);
    }

    [Fact]
    public void What_is_held_is_bounded()
    {
        var join = new PieceJoin(FrameCodecs.Json);
        for (var of = 1; of <= 4; of++)
            Assert.True(join.TryAdd(new ServerFrame.Piece(of, false, new byte[Limits.MessageBytesMax]), out _));

        Assert.False(join.TryAdd(new ServerFrame.Piece(1, false, new byte[1]), out _));
        Assert.False(join.TryAdd(new ServerFrame.Piece(5, false, new byte[1]), out _));
    }

    private static ServerFrame NoPiece(int seed)
    {
        var random = new RandomFrames(seed);
        var frame = random.Server();
        while (frame is ServerFrame.Piece)
            frame = random.Server();

        return frame;
    }

    /// <summary>The frame without what divides it from others in a message.</summary>
    private static byte[] Alone(IFrameCodec codec, ServerFrame frame)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(frame, buffer);
        var bytes = buffer.WrittenSpan;
        if (codec == FrameCodecs.Json)
            return bytes[..^1].ToArray();

        var lengthBytes = 1;
        while (bytes[lengthBytes - 1] >= 0x80)
            lengthBytes++;

        return bytes[lengthBytes..].ToArray();
    }

    private static IEnumerable<ServerFrame.Piece> Cut(byte[] frame, int of, int bytesMax)
        => frame.Chunk(bytesMax).Select((data, i) => new ServerFrame.Piece(of, (i + 1) * bytesMax >= frame.Length, data));
}
