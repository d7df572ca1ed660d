using System.Text;
using System.Text.Unicode;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary><c>Hello</c> and the <c>Subscribe</c> bodies that it may hold.</summary>
internal static partial class ProtobufClientReader
{
    private static ClientFrame.Hello? ReadHello(ref ProtoReader r, long id)
    {
        string? token = null, client = null, sessionId = null, sessionKey = null;
        long? credit = null, pieces = null;
        List<ClientFrame.Subscribe>? subscriptions = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("hello.token", ref token);
                    break;
                case (2, Wire.Bytes):
                    ReadSession(ref r, ref sessionId, ref sessionKey);
                    break;
                case (3, Wire.Bytes):
                    r.Text("hello.client", ref client);
                    break;
                case (4, Wire.Bytes):
                    var inner = new ProtoReader(r.Bytes);
                    if (ReadSubscribe(ref inner, 0) is { } subscription)
                        (subscriptions ??= []).Add(subscription);
                    else
                        r.Fail(inner.Error!);
                    break;
                case (5, Wire.Varint):
                    r.Integer("hello.credit", ref credit);
                    break;
                case (6, Wire.Varint):
                    long bytes = 0;
                    if (r.Integer("hello.pieces", Limits.PieceBytesMin, ref bytes))
                        pieces = bytes;
                    break;
            }
        }

        return r.Error is null
            ? new ClientFrame.Hello
            {
                Id = id,
                Token = token,
                Client = client,
                SessionId = sessionId,
                SessionKey = sessionKey,
                InitialCredit = credit,
                PieceBytes = pieces,
                Subscriptions = subscriptions is null ? [] : subscriptions,
            }
            : null;
    }

    private static void ReadSession(ref ProtoReader outer, ref string? sessionId, ref string? sessionKey)
    {
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("hello.session.id", ref sessionId);
            else if (r.Field == 2 && r.Wire is Wire.Bytes)
                r.Text("hello.session.key", ref sessionKey);
        }

        if (r.Error is not null)
            outer.Fail(r.Error);
    }

    private static ClientFrame.Subscribe? ReadSubscribe(ref ProtoReader r, long id)
    {
        string? channel = null, group = null;
        From? from = null;
        List<string>? fields = null;
        List<AttributeFilter>? filter = null;
        Shape? shape = null;
        SubscriptionMode mode = default;
        OverflowPolicy? overflow = null;
        AckMode ackMode = default;
        DeliveryOrder order = default;
        Priority? priority = null;
        PresenceInterest presence = default;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("subscribe.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    ReadFrom(ref r, isEpochRequired: true, ref from);
                    break;
                case (3, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out mode))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Modes));
                    break;
                case (4, Wire.Bytes):
                    AddText(ref r, "subscribe.fields", ref fields);
                    break;
                case (5, Wire.Bytes):
                    ReadShape(ref r, ref shape);
                    break;
                case (6, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (Words.TryRead(r.Bytes, out OverflowPolicy policy))
                        overflow = policy;
                    else
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Overflows));
                    break;
                case (7, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out ackMode))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.AckModes));
                    break;
                case (8, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (Words.TryRead(r.Bytes, out Priority least))
                        priority = least;
                    else
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Priorities));
                    break;
                case (9, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out order))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Orders));
                    break;
                case (10, Wire.Bytes):
                    r.Text("subscribe.group", ref group);
                    break;
                case (11, Wire.Bytes):
                    ReadFilter(ref r, ref filter);
                    break;
                case (12, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out presence))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Interests));
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "subscribe.channel") && (SubscriptionBounds.FaultOf(shape, fields, filter) is not { } fault || r.Fail(fault))
            ? new ClientFrame.Subscribe
            {
                Id = id,
                Channel = channel,
                From = from ?? From.Now,
                Mode = mode,
                Fields = fields,
                Shape = shape,
                Overflow = overflow,
                AckMode = ackMode,
                Order = order,
                Priority = priority,
                Group = group,
                Filter = filter,
                Presence = presence,
            }
            : null;
    }

    private static void ReadFilter(ref ProtoReader outer, ref List<AttributeFilter>? filter)
    {
        string? attribute = null;
        List<string>? values = null;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("subscribe.filter.attribute", ref attribute);
            else if (r.Field == 2 && r.Wire is Wire.Bytes)
                AddText(ref r, "subscribe.filter.values", ref values);
        }

        if (r.Error is null && r.Require(attribute, "subscribe.filter.attribute"))
            (filter ??= []).Add(new AttributeFilter(attribute, values is null ? [] : values));

        if (r.Error is not null)
            outer.Fail(r.Error);
    }

    private static void ReadShape(ref ProtoReader outer, ref Shape? shape)
    {
        long debounceMs = 0, debounceMaxMs = 0, batchMs = 0, batchMax = 0, maxPerSecond = 0;
        string? conflate = null;
        List<string>? immediate = null;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Varint):
                    r.Integer("shape.debounce_ms", ref debounceMs);
                    break;
                case (2, Wire.Varint):
                    r.Integer("shape.debounce_max_ms", ref debounceMaxMs);
                    break;
                case (3, Wire.Bytes):
                    AddText(ref r, "shape.immediate", ref immediate);
                    break;
                case (4, Wire.Bytes):
                    if (r.Text("shape.conflate", ref conflate) && conflate is not null && !Words.IsConflation(conflate))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Conflations));
                    break;
                case (5, Wire.Varint):
                    r.Integer("shape.batch_ms", ref batchMs);
                    break;
                case (6, Wire.Varint):
                    r.Integer("shape.batch_max", ref batchMax);
                    break;
                case (7, Wire.Varint):
                    r.Integer("shape.max_per_second", ref maxPerSecond);
                    break;
            }
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        shape = new Shape
        {
            DebounceMs = debounceMs == 0 ? null : debounceMs,
            DebounceMaxMs = debounceMaxMs == 0 ? null : debounceMaxMs,
            Immediate = immediate is null ? [] : immediate,
            Conflate = conflate,
            BatchMs = batchMs == 0 ? null : batchMs,
            BatchMax = batchMax == 0 ? null : batchMax,
            MaxPerSecond = maxPerSecond == 0 ? null : maxPerSecond,
        };
    }

    private static void ReadFrom(ref ProtoReader outer, bool isEpochRequired, ref From? from)
    {
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    from = r.Bytes.IsEmpty ? null : Words.ReadKeyword(r.Bytes);
                    if (from is null && !r.Bytes.IsEmpty)
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Keywords));
                    break;
                case (2, Wire.Varint):
                    long last = 0;
                    if (r.Integer("from.last", ref last))
                        from = new From.Last(last);
                    break;
                case (3, Wire.Bytes):
                    from = ReadPosition(ref r, isEpochRequired);
                    break;
            }
        }

        if (r.Error is not null)
            outer.Fail(r.Error);
    }

    private static From.Position ReadPosition(ref ProtoReader outer, bool isEpochRequired)
    {
        string? epoch = null;
        long offset = 0;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("from.epoch", ref epoch);
            else if (r.Field == 2 && r.Wire is Wire.Varint)
                r.Integer("from.offset", ref offset);
        }

        if (r.Error is not null)
            outer.Fail(r.Error);
        else if (epoch is null && isEpochRequired)
            outer.Fail("from.epoch is required beside from.offset: an offset lives in an epoch.");

        return new From.Position(epoch ?? "", offset);
    }

    private static void AddText(ref ProtoReader r, string name, ref List<string>? values)
    {
        if (Utf8.IsValid(r.Bytes))
            (values ??= []).Add(Encoding.UTF8.GetString(r.Bytes));
        else
            r.Fail($"{name}: text in UTF-8 is expected; the bytes are not UTF-8.");
    }
}
