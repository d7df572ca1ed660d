using System.Buffers.Text;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>Socket.IO 4 over Engine.IO 4, WebSocket only, one packet per message, spoken to <c>Node/socketio.mjs</c>. A publish asks for an acknowledgement.</summary>
internal readonly struct SocketIo : IDialect
{
    public string? Subprotocol => null;

    public byte Opcode => 1;

    public bool IsStream => false;

    public bool IsMessagePerPublish => true;

    public string PathOf(LoadConnection connection) => "/socket.io/?EIO=4&transport=websocket";

    // 40: connect to the default namespace; 420[…]: an event whose acknowledgement has the number 0. Each is a message of its own, so it takes two turns.
    public void Greet(LoadConnection connection, ByteWriter to)
    {
        if (connection.ResumeId is null) to.Text("40");
        else to.Text($"420[\"subscribe\",\"{connection.Channel.Name}\"]");
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        to.Text("42");
        to.Number(id);
        to.Text("[\"publish\",\"");
        to.Text(connection.Channel.Name);
        to.Text("\",");
        to.Bytes(connection.Publisher!.Payload);
        to.Text("]");
    }

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to) => to.Text("3");

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        if (!messageEnds) return 0;

        if (payload.StartsWith("42[\"event\",\""u8))
        {
            connection.Deliver(Payload.Number(payload["42[\"event\",".Length..]));
        }
        else if (payload.StartsWith("43"u8))
        {
            if (!Utf8Parser.TryParse(payload[2..], out long id, out _)) connection.Fault ??= "an acknowledgement without a number";
            else if (id > 0) connection.Answer(id);
            else connection.Ready = true;
        }
        else if (payload.StartsWith("40"u8))
        {
            connection.ResumeId = "";
            if (connection.Subscribes) connection.MustGreet = true;
            else connection.Ready = true;
        }
        else if (payload.SequenceEqual("2"u8))
        {
            connection.MustPong = true;
        }
        else if (payload[0] != (byte)'0')
        {
            connection.Fault ??= $"Socket.IO said {Encoding.UTF8.GetString(payload)}";
        }

        return payload.Length;
    }
}
