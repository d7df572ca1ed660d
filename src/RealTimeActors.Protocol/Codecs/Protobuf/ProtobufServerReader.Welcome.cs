using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary><c>Welcome</c> and the <c>Subscribed</c> bodies that it may hold.</summary>
internal static partial class ProtobufServerReader
{
    private static ServerFrame.Welcome ReadWelcome(ref ProtoReader r, long id)
    {
        string? connection = null, node = null;
        long time = 0, heartbeatMs = 0, frameBytesMax = 0, subscriptionsMax = 0;
        var session = new SessionRef("", "", false, null);
        var reconnect = new ReconnectAdvice(0, 0, 0, 0);
        List<ServerFrame.Subscribed> subscriptions = [];
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("welcome.connection", ref connection);
                    break;
                case (2, Wire.Bytes):
                    session = ReadSession(ref r);
                    break;
                case (3, Wire.Bytes):
                    r.Text("welcome.node", ref node);
                    break;
                case (4, Wire.Varint):
                    r.Integer("welcome.heartbeat_ms", ref heartbeatMs);
                    break;
                case (5, Wire.Bytes):
                    var inner = new ProtoReader(r.Bytes);
                    subscriptions.Add(ReadSubscribed(ref inner, 0));
                    if (inner.Error is not null)
                        r.Fail(inner.Error);
                    break;
                case (6, Wire.Varint):
                    r.Integer("welcome.time_unix_ms", -Limits.IntegerMax, ref time);
                    break;
                case (7, Wire.Varint):
                    r.Integer("welcome.frame_bytes_max", ref frameBytesMax);
                    break;
                case (8, Wire.Varint):
                    r.Integer("welcome.subscriptions_max", ref subscriptionsMax);
                    break;
                case (9, Wire.Bytes):
                    reconnect = ReadReconnect(ref r);
                    break;
            }
        }

        return new ServerFrame.Welcome
        {
            Id = id,
            Connection = connection ?? "",
            Session = session,
            Node = node ?? "",
            TimeUnixMs = time,
            HeartbeatMs = heartbeatMs,
            FrameBytesMax = frameBytesMax,
            SubscriptionsMax = subscriptionsMax,
            Reconnect = reconnect,
            Subscriptions = subscriptions,
        };
    }

    private static SessionRef ReadSession(ref ProtoReader outer)
    {
        string? id = null, key = null, reason = null;
        var isResumed = false;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("session.id", ref id);
                    break;
                case (2, Wire.Bytes):
                    r.Text("session.key", ref key);
                    break;
                case (3, Wire.Varint):
                    isResumed = r.Number != 0;
                    break;
                case (4, Wire.Bytes):
                    r.Text("session.reason", ref reason);
                    break;
            }
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        return new SessionRef(id ?? "", key ?? "", isResumed, reason);
    }

    private static ReconnectAdvice ReadReconnect(ref ProtoReader outer)
    {
        long minMs = 0, maxMs = 0;
        double factor = 0, jitter = 0;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Varint):
                    r.Integer("reconnect.min_ms", ref minMs);
                    break;
                case (2, Wire.Varint):
                    r.Integer("reconnect.max_ms", ref maxMs);
                    break;
                case (3, Wire.Fixed64):
                    factor = BitConverter.UInt64BitsToDouble(r.Number);
                    break;
                case (4, Wire.Fixed64):
                    jitter = BitConverter.UInt64BitsToDouble(r.Number);
                    break;
            }
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        return new ReconnectAdvice(minMs, maxMs, factor, jitter);
    }

    private static ServerFrame.Subscribed ReadSubscribed(ref ProtoReader r, long id)
    {
        string? channel = null, epoch = null, reason = null;
        long offset = 0, head = 0;
        var recovered = Recovered.None;
        OffsetRange? missing = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("subscribed.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    r.Text("subscribed.epoch", ref epoch);
                    break;
                case (3, Wire.Varint):
                    r.Integer("subscribed.offset", ref offset);
                    break;
                case (4, Wire.Bytes):
                    recovered = Words.ReadRecovered(r.Bytes);
                    break;
                case (5, Wire.Varint):
                    r.Integer("subscribed.head", ref head);
                    break;
                case (6, Wire.Bytes):
                    missing = ReadRange(ref r);
                    break;
                case (7, Wire.Bytes):
                    r.Text("subscribed.reason", ref reason);
                    break;
            }
        }

        return new ServerFrame.Subscribed
        {
            Id = id,
            Channel = channel ?? "",
            Epoch = epoch ?? "",
            Offset = offset,
            Head = head,
            Recovered = recovered,
            Missing = missing,
            Reason = reason,
        };
    }

    private static OffsetRange ReadRange(ref ProtoReader outer)
    {
        long from = 0, to = 0;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Varint)
                r.Integer("range.from", ref from);
            else if (r.Field == 2 && r.Wire is Wire.Varint)
                r.Integer("range.to", ref to);
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        return new OffsetRange(from, to);
    }
}
