using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>
/// nginx with nchan: a WebSocket message is the body as it was published. The publisher's connection gets one answer per message, in their order. With
/// marks (the subprotocol ws+meta.nchan) each message is headed by its place in the channel's buffer, where a client that comes back goes on.
/// </summary>
internal readonly struct Nchan(bool withMarks) : IDialect
{
    public string? Subprotocol => withMarks ? "ws+meta.nchan" : null;

    public byte Opcode => 1;

    public bool IsStream => false;

    public bool IsMessagePerPublish => true;

    public string PathOf(LoadConnection connection) => connection switch
    {
        { Subscribes: false } => $"/pub/{connection.Channel.Name}",
        { Former.ResumeId: { } mark } => $"/sub/{connection.Channel.Name}?last_event_id={mark}",
        _ => $"/sub/{connection.Channel.Name}",
    };

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        connection.ResumeId = connection.Former?.ResumeId;
        connection.Ready = true;
    }

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

        if (connection.Publisher is { } publisher)
        {
            if (payload.StartsWith("queued messages"u8)) connection.Answer(publisher.Answered + 1);
            else connection.Fault ??= $"nchan said {Encoding.UTF8.GetString(payload)}";
            return payload.Length;
        }

        var body = payload;
        if (withMarks)
        {
            // id: 1450755280:0\n, more such lines, an empty one, the body.
            var end = payload.IndexOf("\n\n"u8);
            body = payload[(end + 2)..];
            connection.ResumeId = Encoding.ASCII.GetString(payload["id: ".Length..payload.IndexOf((byte)'\n')]);
        }

        if (body.Length > Payload.NumberLength && body[0] == (byte)'"') connection.Deliver(Payload.Number(body));
        else connection.Fault ??= $"nchan said {Encoding.UTF8.GetString(payload)}";
        return payload.Length;
    }
}
