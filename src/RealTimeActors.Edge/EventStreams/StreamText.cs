using System.Buffers;
using System.Globalization;
using System.Text;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>What a plain stream says besides events. The bodies are those of the frames of the same name.</summary>
internal static class StreamText
{
    /// <summary>Where the stream begins, before anything has come, so that a client which is cut off at once knows where to go on; and after how long to come back.</summary>
    internal static void WriteBegin(StreamPosition position, int retryMs, IBufferWriter<byte> to) =>
        to.Put(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {retryMs}\nid: {position}\n\n")));

    /// <summary>These offsets will not come.</summary>
    internal static void Write(ServerFrame.Gap gap, string epoch, IBufferWriter<byte> to) => Write("gap", new StreamPosition(epoch, gap.To), gap, to);

    /// <summary>The log began another life: what follows begins after this offset.</summary>
    internal static void Write(ServerFrame.Subscribed reset, IBufferWriter<byte> to) => Write("reset", new StreamPosition(reset.Epoch, reset.Offset), reset, "subscribed", to);

    /// <summary>The stream is over, and why.</summary>
    internal static void Write(ServerFrame.Close close, IBufferWriter<byte> to) => Write("close", null, close, to);

    private static void Write(string type, StreamPosition? id, ServerFrame frame, IBufferWriter<byte> to) => Write(type, id, frame, type, to);

    private static void Write(string type, StreamPosition? id, ServerFrame frame, string kind, IBufferWriter<byte> to)
    {
        var line = new ArrayBufferWriter<byte>(256);
        FrameCodecs.Json.Encode(frame, line);
        if (id is { } position)
            to.Put(Encoding.UTF8.GetBytes($"id: {position}\n"));

        to.Put(Encoding.UTF8.GetBytes($"event: {type}\ndata: "));

        // {"kind":body} and a line end.
        to.Put(line.WrittenSpan[(kind.Length + 4)..^2]);
        to.Put("\n\n"u8);
    }
}
