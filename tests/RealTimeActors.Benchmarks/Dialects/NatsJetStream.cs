using System.Buffers.Text;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>
/// Publishing to a NATS JetStream stream in a file: each publish names an inbox, and the acknowledgement arrives there with the number in the stream.
/// NATS acknowledges before the disk has it, so this is a neighbour of W5 and no like for it.
/// </summary>
internal readonly struct NatsJetStream : IDialect
{
    private const string Inbox = "_INBOX.bench";

    public string? Subprotocol => null;

    public byte Opcode => 2;

    public bool IsStream => true;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        var stream = $"{{\"name\":\"bench\",\"subjects\":[\"{connection.Channel.Name}\"],\"storage\":\"file\",\"retention\":\"limits\",\"discard\":\"old\",\"num_replicas\":1}}";
        to.Text("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"benchmarks\",\"version\":\"1\",\"protocol\":1}\r\n");
        to.Text($"SUB {Inbox}.* 1\r\n");
        to.Text($"PUB $JS.API.STREAM.CREATE.bench {Inbox}.0 {stream.Length}\r\n{stream}\r\n");
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        to.Text("PUB ");
        to.Text(connection.Channel.Name);
        to.Text($" {Inbox}.");
        to.Number(id);
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
            if (line.StartsWith("MSG "u8)) Message(connection, line, body);
            else NatsFrames.Control(connection, line);
        }

        return taken;
    }

    private static void Message(LoadConnection connection, ReadOnlySpan<byte> line, ReadOnlySpan<byte> body)
    {
        var idAt = "MSG ".Length + Inbox.Length + 1;
        var sequenceAt = body.IndexOf("\"seq\":"u8) + "\"seq\":".Length;
        if (body.IndexOf("\"error\":"u8) >= 0 || !Utf8Parser.TryParse(line[idAt..], out long id, out _))
        {
            connection.Fault ??= $"JetStream said {Encoding.UTF8.GetString(body)}";
        }
        else if (id == 0)
        {
            connection.Ready = true;
        }
        else
        {
            var sequence = Utf8Parser.TryParse(body[sequenceAt..], out long number, out _) ? number : 0;
            connection.Receipt(id, sequence, persisted: sequence > 0, mustBePersisted: true);
        }
    }
}
