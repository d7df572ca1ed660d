using System.Buffers.Binary;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>
/// MQTT 3.1.1 over WebSocket, QoS 0. Nothing answers such a publish, so the publisher follows its own topic, and its echo is the answer.
/// </summary>
internal readonly struct Mqtt : IDialect
{
    private const byte Connect = 0x10;
    private const byte ConnectAnswer = 0x20;
    private const byte PublishQos0 = 0x30;
    private const byte Subscribe = 0x82;
    private const byte SubscribeAnswer = 0x90;
    private const byte CleanSession = 2;

    public string Subprotocol => "mqtt";

    public byte Opcode => 2;

    public bool IsStream => true;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/mqtt";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        var client = $"bench-{connection.Tag}";
        to.Bytes([Connect, (byte)(12 + client.Length)]);
        Text(to, "MQTT");
        to.Bytes([4, CleanSession, 0, 0]); // Protocol level 4, no keep-alive.
        Text(to, client);

        to.Bytes([Subscribe, (byte)(5 + connection.Channel.Name.Length), 0, 1]);
        Text(to, connection.Channel.Name);
        to.Bytes([0]);
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        var payload = connection.Publisher!.Payload;
        to.Bytes([PublishQos0]);
        to.Varint((ulong)(2 + connection.Channel.Name.Length + payload.Length));
        Text(to, connection.Channel.Name);
        to.Bytes(payload);
    }

    public void Ack(LoadConnection connection, ByteWriter to)
    {
    }

    public void Pong(ByteWriter to)
    {
    }

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        var taken = 0;
        while (connection.Fault is null && taken < payload.Length)
        {
            // The length of a packet is a varint, as in Protobuf.
            var at = taken + 1;
            if (!ProtoFields.TryVarint(payload, ref at, out var length) || payload.Length - at < (int)length) break;
            Packet(connection, payload[taken], payload.Slice(at, (int)length));
            taken = at + (int)length;
        }

        return taken;
    }

    private static void Packet(LoadConnection connection, byte kind, ReadOnlySpan<byte> packet)
    {
        if (kind == PublishQos0)
        {
            var number = Payload.Number(packet[(2 + BinaryPrimitives.ReadUInt16BigEndian(packet))..]);
            if (connection.Publisher is not null) connection.Answer(number);
            else connection.Deliver(number);
        }
        else if (kind == SubscribeAnswer && packet[^1] == 0)
        {
            connection.Ready = true;
        }
        else if (kind != ConnectAnswer || packet[^1] != 0)
        {
            connection.Fault ??= $"the MQTT server said {kind:X2} {Convert.ToHexString(packet)}";
        }
    }

    private static void Text(ByteWriter to, string text)
    {
        to.Bytes([(byte)(text.Length >> 8), (byte)text.Length]);
        to.Bytes(Encoding.ASCII.GetBytes(text));
    }
}
