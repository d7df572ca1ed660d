using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The bodies, one method each. Null: the reader says what is wrong.</summary>
internal static partial class ProtobufClientReader
{
    private static ClientFrame.Publish? ReadPublish(ref ProtoReader r, long id)
    {
        string? channel = null, type = null, messageId = null, key = null, producerId = null, source = null, correlationId = null;
        byte[]? data = null;
        var priority = Priority.Normal;
        var confirm = Confirm.Persisted;
        long sequence = 0, ttlMs = 0, count = 0, timeoutMs = 0;
        var isMissingWanted = false;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("publish.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    r.Text("publish.type", ref type);
                    break;
                case (3, Wire.Bytes):
                    r.Json("publish.data", ref data);
                    break;
                case (4, Wire.Bytes):
                    r.Text("publish.message_id", ref messageId);
                    break;
                case (5, Wire.Bytes):
                    r.Text("publish.key", ref key);
                    break;
                case (6, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out priority))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Priorities));
                    break;
                case (7, Wire.Bytes) when !r.Bytes.IsEmpty:
                    if (!Words.TryRead(r.Bytes, out confirm))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Confirms));
                    break;
                case (8, Wire.Bytes):
                    ReadProducer(ref r, ref producerId, ref sequence);
                    break;
                case (9, Wire.Bytes):
                    r.Text("publish.source", ref source);
                    break;
                case (10, Wire.Bytes):
                    r.Text("publish.correlation_id", ref correlationId);
                    break;
                case (11, Wire.Varint):
                    r.Integer("publish.ttl_ms", ref ttlMs);
                    break;
                case (12, Wire.Varint):
                    r.Integer("publish.delivered_count", ref count);
                    break;
                case (13, Wire.Varint):
                    r.Integer("publish.delivered_timeout_ms", ref timeoutMs);
                    break;
                case (14, Wire.Varint):
                    isMissingWanted = r.Number != 0;
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "publish.channel") && r.Require(type, "publish.type") && r.Require(data, "publish.data")
            ? new ClientFrame.Publish
            {
                Id = id,
                Channel = channel,
                Type = type,
                Data = data,
                MessageId = messageId,
                Key = key,
                Priority = priority,
                Confirm = confirm,
                ProducerId = producerId,
                ProducerSequence = sequence,
                Source = source,
                CorrelationId = correlationId,
                TtlMs = ttlMs,
                DeliveredCount = count,
                DeliveredTimeoutMs = timeoutMs,
                DeliveredMissing = isMissingWanted,
            }
            : null;
    }

    private static void ReadProducer(ref ProtoReader outer, ref string? id, ref long sequence)
    {
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("publish.producer.id", ref id);
            else if (r.Field == 2 && r.Wire is Wire.Varint)
                r.Integer("publish.producer.sequence", ref sequence);
        }

        if (r.Error is null && r.Require(id, "publish.producer.id") && sequence == 0)
            r.Fail("publish.producer.sequence is required; sequences begin with 1.");

        if (r.Error is not null)
            outer.Fail(r.Error);
    }

    private static ClientFrame.Ack? ReadAck(ref ProtoReader r, long id)
    {
        string? channel = null;
        long offset = 0;
        List<OffsetRange>? ranges = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("ack.channel", ref channel);
                    break;
                case (2, Wire.Varint):
                    r.Integer("ack.offset", ref offset);
                    break;
                case (3, Wire.Bytes):
                    if (TryRange(ref r, out var range))
                        (ranges ??= []).Add(range);
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "ack.channel")
            ? new ClientFrame.Ack(channel, offset, ranges is null ? [] : ranges) { Id = id }
            : null;
    }

    private static bool TryRange(ref ProtoReader outer, out OffsetRange range)
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

        range = new OffsetRange(from, to);
        return r.Error is null && from >= 1 && from <= to
            || outer.Fail(r.Error ?? $"A range is expected to begin with 1 or later and before it ends; {from} … {to} came.");
    }

    private static ClientFrame.Nack? ReadNack(ref ProtoReader r, long id)
    {
        string? channel = null, reason = null;
        long offset = 0;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("nack.channel", ref channel);
                    break;
                case (2, Wire.Varint):
                    r.Integer("nack.offset", ref offset);
                    break;
                case (3, Wire.Bytes):
                    r.Text("nack.reason", ref reason);
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "nack.channel") && (offset >= 1 || r.Fail("nack.offset is required; offsets begin with 1."))
            ? new ClientFrame.Nack(channel!, offset, reason) { Id = id }
            : null;
    }

    private static ClientFrame.Credit? ReadCredit(ref ProtoReader r, long id)
    {
        long events = 0;
        while (r.Next())
            if (r.Field == 1 && r.Wire is Wire.Varint)
                r.Integer("credit.events", ref events);

        return r.Error is null ? new ClientFrame.Credit(events) { Id = id } : null;
    }

    private static ClientFrame.Unsubscribe? ReadUnsubscribe(ref ProtoReader r, long id)
        => TryOne(ref r, "unsubscribe.channel", out var channel) ? new ClientFrame.Unsubscribe(channel!) { Id = id } : null;

    private static ClientFrame.Refresh? ReadRefresh(ref ProtoReader r, long id)
        => TryOne(ref r, "refresh.token", out var token) ? new ClientFrame.Refresh(token!) { Id = id } : null;

    private static bool TryOne(ref ProtoReader r, string name, out string? value)
    {
        value = null;
        while (r.Next())
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text(name, ref value);

        return r.Error is null && r.Require(value, name);
    }

    private static ClientFrame.Bye? ReadBye(ref ProtoReader r, long id)
    {
        var keepSession = true;
        while (r.Next())
            if (r.Field == 1 && r.Wire is Wire.Varint)
                keepSession = r.Number != 0;

        return r.Error is null ? new ClientFrame.Bye(keepSession) { Id = id } : null;
    }

    private static ClientFrame.Presence? ReadPresence(ref ProtoReader r, long id)
    {
        string? channel = null;
        byte[]? state = null;
        var isLeaving = false;
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("presence.channel", ref channel);
            else if (r.Field == 2 && r.Wire is Wire.Bytes)
                r.Json("presence.state", ref state);
            else if (r.Field == 3 && r.Wire is Wire.Varint)
                isLeaving = r.Number != 0;
        }

        return r.Error is null && r.Require(channel, "presence.channel") ? new ClientFrame.Presence(channel, state) { Id = id, Leave = isLeaving } : null;
    }

    private static ClientFrame.Mutate? ReadMutate(ref ProtoReader r, long id)
    {
        string? channel = null, key = null, operation = null, mutationId = null;
        byte[]? value = null;
        long? ifVersion = null, baseVersion = null, time = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("mutate.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    r.Text("mutate.key", ref key);
                    break;
                case (3, Wire.Bytes):
                    if (r.Text("mutate.operation", ref operation) && operation is not null && !Words.IsOperation(operation))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Operations));
                    break;
                case (4, Wire.Bytes):
                    r.Json("mutate.value", ref value);
                    break;
                case (5, Wire.Varint):
                    r.Integer("mutate.if_version", ref ifVersion);
                    break;
                case (6, Wire.Bytes):
                    r.Text("mutate.mutation_id", ref mutationId);
                    break;
                case (7, Wire.Varint):
                    long unixMs = 0;
                    time = r.Integer("mutate.time_unix_ms", -Limits.IntegerMax, ref unixMs) ? unixMs : null;
                    break;
                case (8, Wire.Varint):
                    r.Integer("mutate.base_version", ref baseVersion);
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "mutate.channel") && r.Require(key, "mutate.key") && r.Require(operation, "mutate.operation")
            ? new ClientFrame.Mutate
            {
                Id = id,
                Channel = channel,
                Key = key,
                Operation = operation,
                Value = value,
                IfVersion = ifVersion,
                BaseVersion = baseVersion,
                MutationId = mutationId,
                TimeUnixMs = time,
            }
            : null;
    }

    private static ClientFrame.Read? ReadRead(ref ProtoReader r, long id)
    {
        string? channel = null, what = null, key = null, afterKey = null;
        From? from = null;
        long limit = 0;
        long? at = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("read.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    if (r.Text("read.what", ref what) && what is not null && !Words.IsWhat(what))
                        r.Fail(JsonFields.Unexpected(r.Bytes, Words.Whats));
                    break;
                case (3, Wire.Bytes):
                    ReadFrom(ref r, isEpochRequired: false, ref from);
                    break;
                case (4, Wire.Varint):
                    r.Integer("read.limit", ref limit);
                    break;
                case (5, Wire.Varint):
                    r.Integer("read.at", ref at);
                    break;
                case (6, Wire.Bytes):
                    r.Text("read.key", ref key);
                    break;
                case (7, Wire.Bytes):
                    r.Text("read.after_key", ref afterKey);
                    break;
            }
        }

        return r.Error is null && r.Require(channel, "read.channel") && r.Require(what, "read.what") && (what is not "history" || r.Require(key, "read.key"))
            ? new ClientFrame.Read { Id = id, Channel = channel, What = what, From = from, Limit = limit, At = at, Key = key, AfterKey = afterKey }
            : null;
    }
}
