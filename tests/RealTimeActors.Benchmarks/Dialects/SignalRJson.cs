using System.Buffers.Text;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>The SignalR hub protocol in JSON, spoken to <c>BenchHub</c>. The completion of a publish is its answer; the number in the payload shows holes.</summary>
internal readonly struct SignalRJson : IDialect
{
    private const byte Separator = 0x1E;

    public string? Subprotocol => null;

    public byte Opcode => 1;

    // A run of messages that fills a segment of the server's pipe goes on in the next WebSocket frame.
    public bool IsStream => true;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/hub";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        to.Text("{\"protocol\":\"json\",\"version\":1}\u001e");
        if (connection.Subscribes) to.Text($"{{\"type\":1,\"invocationId\":\"s\",\"target\":\"Subscribe\",\"arguments\":[\"{connection.Channel.Name}\"]}}\u001e");
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        to.Text("{\"type\":1,\"invocationId\":\"");
        to.Number(id);
        to.Text("\",\"target\":\"Publish\",\"arguments\":[\"");
        to.Text(connection.Channel.Name);
        to.Text("\",");
        to.Bytes(connection.Publisher!.Payload);
        to.Text("]}\u001e");
    }

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to) => to.Text("{\"type\":6}\u001e");

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        var taken = 0;
        while (connection.Fault is null)
        {
            var length = payload[taken..].IndexOf(Separator);
            if (length < 0) return taken;
            Message(connection, payload.Slice(taken, length));
            taken += length + 1;
        }

        return taken;
    }

    private static void Message(LoadConnection connection, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("{\"type\":1,"u8))
        {
            var arguments = message.IndexOf("\"arguments\":["u8);
            if (arguments < 0 || message.Length < arguments + 13 + Payload.NumberLength) connection.Fault ??= "an invocation without its payload";
            else connection.Deliver(Payload.Number(message[(arguments + 13)..]));
        }
        else if (message.SequenceEqual("{}"u8))
        {
            if (!connection.Subscribes) connection.Ready = true;
        }
        else if (message.StartsWith("{\"type\":3,"u8) && message.IndexOf("\"error\":"u8) < 0)
        {
            var id = message[(message.IndexOf("\"invocationId\":\""u8) + 16)..];
            if (id[0] == (byte)'s') connection.Ready = true;
            else connection.Answer(Utf8Parser.TryParse(id, out long number, out _) ? number : -1);
        }
        else if (!message.StartsWith("{\"type\":6"u8))
        {
            connection.Fault ??= $"SignalR said {Encoding.UTF8.GetString(message)}";
        }
    }
}
