using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>
/// The NATS client protocol over its WebSocket. NATS answers no publish, so the publisher follows its own subject, and its echo is the answer.
/// A hole is seen by the number in the payload.
/// </summary>
internal readonly struct Nats : IDialect
{
    public string? Subprotocol => null;

    public byte Opcode => 2;

    public bool IsStream => true;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/";

    public void Greet(LoadConnection connection, ByteWriter to) =>
        to.Text("CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":true,\"lang\":\"benchmarks\",\"version\":\"1\",\"protocol\":1}\r\n" +
                $"SUB {connection.Channel.Name} 1\r\nPING\r\n");

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        to.Text("PUB ");
        to.Text(connection.Channel.Name);
        to.Text(" ");
        to.Number(connection.Publisher!.Payload.Length);
        to.Text("\r\n");
        to.Bytes(connection.Publisher.Payload);
        to.Text("\r\n");
    }

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to) => to.Text("PONG\r\n");

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        var taken = 0;
        while (connection.Fault is null && NatsFrames.TryNext(payload[taken..], out var line, out var body, out var length))
        {
            taken += length;
            if (line.StartsWith("MSG "u8)) Message(connection, body);
            else if (line.StartsWith("PONG"u8)) connection.Ready = true;
            else NatsFrames.Control(connection, line);
        }

        return taken;
    }

    private static void Message(LoadConnection connection, ReadOnlySpan<byte> body)
    {
        var number = Payload.Number(body);
        if (connection.Publisher is not null) connection.Answer(number);
        else connection.Deliver(number);
    }
}
