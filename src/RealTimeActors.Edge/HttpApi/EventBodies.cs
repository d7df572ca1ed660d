using System.Buffers;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Receipts and events over HTTP: the bodies of their frames, byte for byte, so that one schema serves every transport.</summary>
internal static class EventBodies
{
    internal static void Write(ServerFrame.Receipt receipt, IBufferWriter<byte> to) => WriteBody(receipt, "{\"receipt\":"u8.Length, to);

    internal static void Write(ChannelEvent @event, IBufferWriter<byte> to) => WriteBody(new ServerFrame.Event(@event), "{\"event\":"u8.Length, to);

    /// <summary>Takes the body out of the frame <c>{"kind":body}\n</c>.</summary>
    private static void WriteBody(ServerFrame frame, int prefixBytes, IBufferWriter<byte> to)
    {
        var line = new ArrayBufferWriter<byte>(512);
        FrameCodecs.Json.Encode(frame, line);
        to.Write(line.WrittenSpan[prefixBytes..^2]);
    }
}
