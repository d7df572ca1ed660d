using System.Buffers.Text;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>The contract in JSON: one object per line. Frames are told apart by their first bytes and searched for the one number that counts.</summary>
internal readonly struct RealTimeJson(string confirm) : IDialect
{
    public string Subprotocol => "realtime.v1.json";

    public byte Opcode => 1;

    public bool IsStream => false;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/v1/ws";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        to.Text("{\"id\":1,\"hello\":{\"client\":\"benchmarks/1\"");
        if (connection.Former is { ResumeId: { } session } former) to.Text($",\"session\":{{\"id\":\"{session}\",\"key\":\"{former.ResumeKey}\"}}");
        else if (connection.Subscribes) to.Text($",\"subscribe\":[{{\"channel\":\"{connection.Channel.Name}\"}}]");
        to.Text("}}\n");
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        to.Text("{\"id\":");
        to.Number(id + 1);
        to.Text(",\"publish\":{\"channel\":\"");
        to.Text(connection.Channel.Name);
        to.Text("\",\"type\":\"bench.tick\",\"data\":");
        to.Bytes(connection.Publisher!.Payload);
        if (confirm.Length > 0) to.Text($",\"confirm\":\"{confirm}\"");
        to.Text("}}\n");
    }

    public void Ack(LoadConnection connection, ByteWriter to) =>
        to.Text($"{{\"ack\":{{\"channel\":\"{connection.Channel.Name}\",\"offset\":{connection.Offset}}}}}\n");

    public void Pong(ByteWriter to) => to.Text("{\"pong\":{}}\n");

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        var taken = 0;
        while (taken < payload.Length && connection.Fault is null)
        {
            var length = payload[taken..].IndexOf((byte)'\n');
            if (length < 0 && !messageEnds) return taken;
            var line = length < 0 ? payload[taken..] : payload.Slice(taken, length);
            taken += length < 0 ? line.Length : length + 1;
            if (line.StartsWith("{\"event\":{"u8)) connection.Deliver(NumberOf(line, "\"offset\":"u8));
            else if (line.Length > 0) Other(connection, line);
        }

        return taken;
    }

    private void Other(LoadConnection connection, ReadOnlySpan<byte> line)
    {
        if (Has(line, "\"receipt\":"u8))
        {
            connection.Receipt(NumberOf(line, "\"id\":"u8) - 1, NumberOf(line, "\"offset\":"u8), Has(line, "\"persisted\""u8), mustBePersisted: confirm == "persisted");
        }
        else if (Has(line, "\"welcome\":"u8) || Has(line, "\"subscribed\":"u8))
        {
            if (connection.Ready) connection.Fault ??= "subscribed a second time (a reset, or a new epoch)";
            if (Has(line, "\"session\":"u8)) Session(connection, line);
            if (connection.Subscribes && !Has(line, "\"offset\":"u8)) return;
            if (connection.Subscribes) Subscribed(connection, NumberOf(line, "\"offset\":"u8));
            connection.Ready = true;
        }
        else if (Has(line, "\"skip\":"u8))
        {
            var to = NumberOf(line, "\"to\":"u8);
            connection.Skipped += to - connection.Offset;
            connection.Offset = to;
        }
        else if (Has(line, "\"ping\":"u8))
        {
            connection.MustPong = true;
        }
        else if (!Has(line, "\"lag\":"u8) && !Has(line, "\"pong\":"u8) && !Has(line, "\"ok\":"u8))
        {
            connection.Fault ??= $"a frame that no run should see: {Encoding.UTF8.GetString(line[..Math.Min(line.Length, 300)])}";
        }
    }

    private static void Session(LoadConnection connection, ReadOnlySpan<byte> welcome)
    {
        var session = welcome[welcome.IndexOf("\"session\":"u8)..];
        connection.ResumeId = TextOf(session, "\"id\":\""u8);
        connection.ResumeKey = TextOf(session, "\"key\":\""u8);
        if (connection.Former is not null && !Has(session, "\"resumed\":true"u8)) connection.Fault ??= "the session was not resumed";
    }

    private static void Subscribed(LoadConnection connection, long offset)
    {
        if (connection.Former is not null && connection.Offset != offset) connection.Fault ??= $"resumed after offset {offset}, where {connection.Offset} was acked";
        connection.Offset = connection.Acked = offset;
    }

    private static string TextOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var text = line[(line.IndexOf(name) + name.Length)..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)'"')]);
    }

    private static bool Has(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.IndexOf(name) >= 0;

    private static long NumberOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var at = line.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(line[(at + name.Length)..], out long number, out _) ? number : -1;
    }
}
