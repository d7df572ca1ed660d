using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>What <c>Node/ws.mjs</c> speaks: the path names the channel, a message is the body, and the publisher is answered by the number of its event.</summary>
internal readonly struct PlainWebSocket : IDialect
{
    public string? Subprotocol => null;

    public byte Opcode => 1;

    public bool IsStream => false;

    public bool IsMessagePerPublish => true;

    public string PathOf(LoadConnection connection) => $"/{(connection.Subscribes ? "sub" : "pub")}/{connection.Channel.Name}";

    public void Greet(LoadConnection connection, ByteWriter to) => connection.Ready = true;

    public void Publish(LoadConnection connection, long id, ByteWriter to) => to.Bytes(connection.Publisher!.Payload);

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to)
    {
    }

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        if (!messageEnds) return 0;

        if (payload.Length <= Payload.NumberLength) connection.Fault ??= $"the server said {Encoding.UTF8.GetString(payload)}";
        else if (connection.Publisher is not null) connection.Answer(Payload.Number(payload));
        else connection.Deliver(Payload.Number(payload));
        return payload.Length;
    }
}
