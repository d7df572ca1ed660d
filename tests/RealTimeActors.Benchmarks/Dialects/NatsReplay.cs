using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>
/// NATS JetStream for clients that come back: the publisher's events go to a stream, and each client that returns asks for an ordered consumer of its own
/// (ephemeral, in memory, nothing acked) that begins after the last event it has.
/// </summary>
internal readonly struct NatsReplay : IDialect
{
    public string? Subprotocol => null;

    public byte Opcode => 2;

    public bool IsStream => true;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        if (!connection.Subscribes)
        {
            default(NatsJetStream).Greet(connection, to);
            return;
        }

        to.Text("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"benchmarks\",\"version\":\"1\",\"protocol\":1}\r\n");
        if (connection.Former is null)
        {
            to.Text($"SUB {connection.Channel.Name} 1\r\nPING\r\n");
            return;
        }

        var inbox = $"_INBOX.{connection.Tag}";
        var consumer = $"{{\"stream_name\":\"bench\",\"config\":{{\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":{connection.Offset + 1},\"deliver_subject\":\"{inbox}.events\"," +
            "\"ack_policy\":\"none\",\"max_deliver\":1,\"mem_storage\":true,\"num_replicas\":1,\"inactive_threshold\":60000000000}}";
        // JetStream delivers to those who follow the subject by its own name, not by a pattern.
        to.Text($"SUB {inbox}.answer 1\r\nSUB {inbox}.events 2\r\nPUB $JS.API.CONSUMER.CREATE.bench {inbox}.answer {consumer.Length}\r\n{consumer}\r\n");
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to) => default(NatsJetStream).Publish(connection, id, to);

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to) => to.Text("PONG\r\n");

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        if (!connection.Subscribes) return default(NatsJetStream).Walk(connection, payload, messageEnds);

        var taken = 0;
        while (connection.Fault is null && NatsFrames.TryNext(payload[taken..], out var line, out var body, out var length))
        {
            taken += length;
            if (line.StartsWith("PONG"u8)) connection.Ready = true;
            else if (!line.StartsWith("MSG "u8)) NatsFrames.Control(connection, line);
            else if (body.StartsWith("\""u8)) connection.Deliver(Payload.Number(body));
            else if (body.IndexOf("\"error\":"u8) >= 0) connection.Fault ??= $"JetStream said {Encoding.UTF8.GetString(body)}";
            else connection.Ready = true;
        }

        return taken;
    }
}
