using System.Buffers;
using RealTimeActors.Hosting.InProcess;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Hosting.Tests.InProcess;

public sealed class ServerMessageReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void Finds_every_frame_however_the_bytes_are_cut(int piece)
    {
        var bytes = new ArrayBufferWriter<byte>();
        int[] sizes = [2, 100, 126, 200, 65_000, 66_000, 3];
        foreach (var (size, i) in sizes.Select((size, i) => (size, i)))
            ServerMessages.Write(WireFormat.WebSocketProtobuf, EventOf(i + 1, size), bytes);
        ServerMessages.Write(WireFormat.WebSocketProtobuf, new ServerFrame.Pong { Id = 8 }, bytes);
        var reader = new ServerMessageReader();
        var frames = new List<ServerFrame>();

        for (var from = 0; from < bytes.WrittenCount; from += piece)
            reader.Read(bytes.WrittenSpan[from..Math.Min(from + piece, bytes.WrittenCount)], frames);

        Assert.Equal(sizes, frames.OfType<ServerFrame.Event>().Select(e => e.Body.Data.Length));
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], frames.OfType<ServerFrame.Event>().Select(e => e.Body.Offset));
        Assert.Equal(8, Assert.IsType<ServerFrame.Pong>(frames[^1]).Id);
    }

    private static ServerFrame.Event EventOf(long offset, int dataBytes) => new(new ChannelEvent
    {
        Channel = "a",
        Offset = offset,
        Id = "i",
        Type = "t",
        TimeUnixMs = 1,
        Data = "\""u8.ToArray().Concat(Enumerable.Repeat((byte)'x', dataBytes - 2)).Concat("\""u8.ToArray()).ToArray(),
    });
}
