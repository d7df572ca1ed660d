using System.Buffers;
using System.Globalization;
using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Receipts, events and what became of mutations over HTTP: the bodies of their frames, byte for byte, so that one schema serves every transport.</summary>
internal static class EventBodies
{
    internal static void Write(ServerFrame.Receipt receipt, IBufferWriter<byte> to) => WriteBody(receipt, "{\"receipt\":"u8.Length, to);

    internal static void Write(ChannelEvent @event, IBufferWriter<byte> to) => WriteBody(new ServerFrame.Event(@event), "{\"event\":"u8.Length, to);

    internal static ReadOnlyMemory<byte> Of(ServerFrame.Mutated mutated)
    {
        var json = new ArrayBufferWriter<byte>(512);
        WriteBody(mutated, "{\"mutated\":"u8.Length, json);
        return json.WrittenMemory;
    }

    /// <summary><c>{"epoch","items":[…],"next"}</c></summary>
    internal static ArrayBufferWriter<byte> Page(ChannelReply.EventsRead page)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        json.Write("{\"epoch\":\""u8);
        json.Write(Encoding.UTF8.GetBytes(page.Epoch));
        json.Write("\",\"items\":["u8);
        for (var i = 0; i < page.Events.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);

            Write(page.Events[i], json);
        }

        json.Write("],\"next\":"u8);
        json.Write(Encoding.UTF8.GetBytes(page.Next?.ToString(CultureInfo.InvariantCulture) ?? "null"));
        json.Write("}"u8);
        return json;
    }

    /// <summary>Takes the body out of the frame <c>{"kind":body}\n</c>.</summary>
    private static void WriteBody(ServerFrame frame, int prefixBytes, IBufferWriter<byte> to)
    {
        var line = new ArrayBufferWriter<byte>(512);
        FrameCodecs.Json.Encode(frame, line);
        to.Write(line.WrittenSpan[prefixBytes..^2]);
    }
}
