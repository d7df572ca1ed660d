using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>The contract in Protobuf. Written by hand from the specification, not with the product's codec: a second opinion, and the cheapest walk.</summary>
internal readonly struct RealTimeProto(string confirm) : IDialect
{
    private const byte EventKey = 4 << 3 | 2;

    private readonly ByteWriter _body = new();
    private readonly ByteWriter _inner = new();

    public string Subprotocol => "realtime.v1.proto";

    public byte Opcode => 2;

    public bool IsStream => false;

    public bool IsMessagePerPublish => false;

    public string PathOf(LoadConnection connection) => "/v1/ws";

    public void Greet(LoadConnection connection, ByteWriter to)
    {
        _body.Clear();
        if (connection.Former is { ResumeId: { } session } former)
        {
            // The session brings its subscription and its place back.
            _inner.Clear();
            _inner.Field(1, session);
            _inner.Field(2, former.ResumeKey!);
            _body.Field(2, _inner.Written);
        }

        _body.Field(3, "benchmarks/1");
        if (connection.Subscribes && connection.Former is null)
        {
            _inner.Clear();
            _inner.Field(1, connection.Channel.Name);
            _body.Field(4, _inner.Written);
        }

        Frame(to, id: 1, kind: 2);
    }

    public void Publish(LoadConnection connection, long id, ByteWriter to)
    {
        _body.Clear();
        _body.Field(1, connection.Channel.Name);
        _body.Field(2, "bench.tick"u8);
        _body.Field(3, connection.Publisher!.Payload);
        if (connection.Publisher.Priority is { } priority) _body.Field(6, priority);
        if (confirm.Length > 0) _body.Field(7, confirm);
        Frame(to, id + 1, kind: 5);
    }

    public void Ack(LoadConnection connection, ByteWriter to)
    {
        _body.Clear();
        _body.Field(1, connection.Channel.Name);
        _body.Field(2, (ulong)connection.Offset);
        Frame(to, id: 0, kind: 7);
    }

    public void Pong(ByteWriter to)
    {
        _body.Clear();
        Frame(to, id: 0, kind: 15);
    }

    public int Walk(LoadConnection connection, ReadOnlySpan<byte> payload, bool messageEnds)
    {
        var taken = 0;
        while (true)
        {
            var at = taken;
            if (!ProtoFields.TryVarint(payload, ref at, out var length) || length > (ulong)(payload.Length - at)) return taken;
            var frame = payload.Slice(at, (int)length);
            taken = at + (int)length;
            if (frame.Length > 2 && frame[0] == EventKey) Event(connection, frame);
            else Other(connection, frame);
            if (connection.Fault is not null) return taken;
        }
    }

    private static void Event(LoadConnection connection, ReadOnlySpan<byte> frame)
    {
        var at = 1;
        if (ProtoFields.TryVarint(frame, ref at, out _))
        {
            var body = frame[at..];
            if (connection.Channel.UrgentPublisher is not null)
            {
                EventInLane(connection, body);
                return;
            }

            at = 0;
            while (ProtoFields.TryNext(body, ref at, out var number, out var value, out _))
            {
                if (number != 2) continue;
                connection.Deliver((long)value);
                return;
            }
        }

        connection.Fault ??= $"an event without an offset: {Convert.ToHexString(frame)}";
    }

    private static void EventInLane(LoadConnection connection, ReadOnlySpan<byte> body)
    {
        var at = 0;
        var isUrgent = false;
        while (ProtoFields.TryNext(body, ref at, out var number, out _, out var value))
        {
            if (number == 6) isUrgent = value.SequenceEqual("critical"u8);
            else if (number == 12) connection.DeliverInLanes(isUrgent, Payload.Number(value));
        }
    }

    private void Other(LoadConnection connection, ReadOnlySpan<byte> frame)
    {
        var id = 0L;
        var at = 0;
        while (ProtoFields.TryNext(frame, ref at, out var kind, out var value, out var body))
        {
            switch (kind)
            {
                case 1:
                    id = (long)value;
                    break;
                case 2:
                    Welcome(connection, body);
                    break;
                case 3:
                    Subscribed(connection, body);
                    break;
                case 4:
                    Event(connection, frame);
                    break;
                case 5:
                    Receipt(connection, id - 1, body);
                    break;
                case 18:
                    connection.MustPong = true;
                    break;
                case 20:
                    Skip(connection, body);
                    break;
                case 9 when connection.Channel.UrgentPublisher is not null:
                case 10 or 17 or 19:
                    break;
                default:
                    connection.Fault ??= $"a frame of kind {kind} that no run should see: {Readable(body)}";
                    break;
            }
        }
    }

    private void Receipt(LoadConnection connection, long id, ReadOnlySpan<byte> receipt)
    {
        var at = 0;
        var offset = 0L;
        var persisted = false;
        while (ProtoFields.TryNext(receipt, ref at, out var number, out var value, out var bytes))
        {
            if (number == 1)
            {
                persisted = bytes.SequenceEqual("persisted"u8);
                if (!persisted && confirm == "persisted") connection.Fault ??= $"publish {id} of '{connection.Channel.Name}' was answered '{Encoding.ASCII.GetString(bytes)}', not 'persisted'";
            }
            else if (number == 4) offset = (long)value;
        }

        connection.Receipt(id, offset, persisted, mustBePersisted: confirm == "persisted");
    }

    private static void Welcome(LoadConnection connection, ReadOnlySpan<byte> welcome)
    {
        var at = 0;
        while (ProtoFields.TryNext(welcome, ref at, out var number, out _, out var body))
        {
            if (number == 2) Session(connection, body);
            else if (number == 5) Subscribed(connection, body);
        }

        if (!connection.Subscribes) connection.Ready = true;
    }

    private static void Session(LoadConnection connection, ReadOnlySpan<byte> session)
    {
        var at = 0;
        var isResumed = false;
        while (ProtoFields.TryNext(session, ref at, out var number, out var value, out var text))
        {
            if (number == 1) connection.ResumeId = Encoding.ASCII.GetString(text);
            else if (number == 2) connection.ResumeKey = Encoding.ASCII.GetString(text);
            else if (number == 3) isResumed = value != 0;
        }

        if (connection.Former is not null && !isResumed) connection.Fault ??= "the session was not resumed";
    }

    private static void Subscribed(LoadConnection connection, ReadOnlySpan<byte> subscribed)
    {
        var at = 0;
        var offset = 0L;
        while (ProtoFields.TryNext(subscribed, ref at, out var number, out var value, out _))
        {
            if (number == 3) offset = (long)value;
        }

        if (connection.Ready) connection.Fault ??= "subscribed a second time (a reset, or a new epoch)";
        if (connection.Former is not null && connection.Offset != offset) connection.Fault ??= $"resumed after offset {offset}, where {connection.Offset} was acked";
        connection.Offset = connection.Acked = offset;
        connection.Ready = true;
    }

    private static void Skip(LoadConnection connection, ReadOnlySpan<byte> skip)
    {
        var at = 0;
        while (ProtoFields.TryNext(skip, ref at, out var number, out var value, out _))
        {
            if (number != 3) continue;
            connection.Skipped += (long)value - connection.Offset;
            connection.Offset = (long)value;
        }
    }

    private static string Readable(ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        foreach (var one in body[..Math.Min(body.Length, 200)]) text.Append(one is >= 32 and < 127 ? (char)one : '.');
        return $"{text} ({Convert.ToHexString(body[..Math.Min(body.Length, 40)])})";
    }

    private void Frame(ByteWriter to, long id, int kind)
    {
        _inner.Clear();
        if (id > 0) _inner.Field(1, (ulong)id);
        _inner.Field(kind, _body.Written);
        to.Varint((ulong)_inner.Length);
        to.Bytes(_inner.Written);
    }
}
