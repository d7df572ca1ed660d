using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The bodies, one method each: fields in any order, unknown ones passed over. Null: the scanner says what is wrong.</summary>
internal static partial class JsonClientReader
{
    private static ClientFrame.Publish? ReadPublish(ref JsonScanner s, long id)
    {
        string? channel = null, type = null, messageId = null, key = null, producerId = null, source = null, correlationId = null;
        byte[]? data = null;
        var priority = Priority.Normal;
        var confirm = Confirm.Persisted;
        long sequence = 0, ttlMs = 0, count = 0, timeoutMs = 0;
        var isMissingWanted = false;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("type"u8) ? s.ReadString(out type)
                : name.SequenceEqual("data"u8) ? s.ReadValue(out data)
                : name.SequenceEqual("messageId"u8) ? s.ReadString(out messageId)
                : name.SequenceEqual("key"u8) ? s.ReadString(out key)
                : name.SequenceEqual("priority"u8) ? JsonFields.ReadPriority(ref s, ref priority)
                : name.SequenceEqual("confirm"u8) ? JsonFields.ReadConfirm(ref s, ref confirm)
                : name.SequenceEqual("producer"u8) ? ReadProducer(ref s, ref producerId, ref sequence)
                : name.SequenceEqual("source"u8) ? s.ReadString(out source)
                : name.SequenceEqual("correlationId"u8) ? s.ReadString(out correlationId)
                : name.SequenceEqual("ttlMs"u8) ? JsonFields.ReadCount(ref s, ref ttlMs)
                : name.SequenceEqual("delivered"u8) ? ReadDelivered(ref s, ref count, ref timeoutMs, ref isMissingWanted)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "publish.channel") && s.Require(type, "publish.type") && s.Require(data, "publish.data")
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

    private static bool ReadProducer(ref JsonScanner s, ref string? id, ref long sequence)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginObject())
            return false;

        long? number = null;
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("id"u8))
                s.ReadString(out id);
            else if (name.SequenceEqual("sequence"u8))
                s.ReadInteger(1, out number);
            else
                s.SkipValue();
        }

        sequence = number ?? 0;
        return s.Error is null && s.Require(id, "publish.producer.id") && s.Require(number, "publish.producer.sequence");
    }

    private static bool ReadDelivered(ref JsonScanner s, ref long count, ref long timeoutMs, ref bool isMissingWanted)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginObject())
            return false;

        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("count"u8))
                JsonFields.ReadCount(ref s, ref count);
            else if (name.SequenceEqual("timeoutMs"u8))
                JsonFields.ReadCount(ref s, ref timeoutMs);
            else if (name.SequenceEqual("missing"u8))
                s.ReadBoolean(ref isMissingWanted);
            else
                s.SkipValue();
        }

        return s.Error is null;
    }

    private static ClientFrame.Ack? ReadAck(ref JsonScanner s, long id)
    {
        string? channel = null;
        long? offset = null;
        IReadOnlyList<OffsetRange> ranges = [];
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("offset"u8) ? s.ReadInteger(0, out offset)
                : name.SequenceEqual("ranges"u8) ? JsonFields.ReadRanges(ref s, ref ranges)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        // An absent offset is 0, as in Protobuf: nothing but the ranges.
        return s.Error is null && s.Require(channel, "ack.channel") ? new ClientFrame.Ack(channel, offset ?? 0, ranges) { Id = id } : null;
    }

    private static ClientFrame.Nack? ReadNack(ref JsonScanner s, long id)
    {
        string? channel = null, reason = null;
        long? offset = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("offset"u8) ? s.ReadInteger(1, out offset)
                : name.SequenceEqual("reason"u8) ? s.ReadString(out reason)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "nack.channel") && s.Require(offset, "nack.offset")
            ? new ClientFrame.Nack(channel, offset.GetValueOrDefault(), reason) { Id = id }
            : null;
    }

    private static ClientFrame.Credit? ReadCredit(ref JsonScanner s, long id)
    {
        long? events = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
            if (!(name.SequenceEqual("events"u8) ? s.ReadInteger(0, out events) : s.SkipValue()))
                return null;

        return s.Error is null ? new ClientFrame.Credit(events ?? 0) { Id = id } : null;
    }

    private static ClientFrame.Unsubscribe? ReadUnsubscribe(ref JsonScanner s, long id)
        => TryOne(ref s, "channel"u8, "unsubscribe.channel", out var channel) ? new ClientFrame.Unsubscribe(channel!) { Id = id } : null;

    private static ClientFrame.Refresh? ReadRefresh(ref JsonScanner s, long id)
        => TryOne(ref s, "token"u8, "refresh.token", out var token) ? new ClientFrame.Refresh(token!) { Id = id } : null;

    private static bool TryOne(ref JsonScanner s, ReadOnlySpan<byte> field, string path, out string? value)
    {
        value = null;
        if (!s.BeginObject())
            return false;

        while (s.NextMember(out var name))
            if (!(name.SequenceEqual(field) ? s.ReadString(out value) : s.SkipValue()))
                return false;

        return s.Error is null && s.Require(value, path);
    }

    private static ClientFrame.Bye? ReadBye(ref JsonScanner s, long id)
    {
        var keepSession = true;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
            if (!(name.SequenceEqual("keepSession"u8) ? s.ReadBoolean(ref keepSession) : s.SkipValue()))
                return null;

        return s.Error is null ? new ClientFrame.Bye(keepSession) { Id = id } : null;
    }

    private static ClientFrame.Presence? ReadPresence(ref JsonScanner s, long id)
    {
        string? channel = null;
        byte[]? state = null;
        var isLeaving = false;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("state"u8) ? s.ReadValue(out state)
                : name.SequenceEqual("leave"u8) ? s.ReadBoolean(ref isLeaving)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "presence.channel") ? new ClientFrame.Presence(channel, state) { Id = id, Leave = isLeaving } : null;
    }

    private static ClientFrame.Mutate? ReadMutate(ref JsonScanner s, long id)
    {
        string? channel = null, key = null, operation = null, mutationId = null;
        byte[]? value = null;
        long? ifVersion = null, baseVersion = null, time = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("key"u8) ? s.ReadString(out key)
                : name.SequenceEqual("operation"u8) ? JsonFields.ReadOneOf(ref s, Words.IsOperation, Words.Operations, out operation)
                : name.SequenceEqual("value"u8) ? s.ReadValue(out value)
                : name.SequenceEqual("ifVersion"u8) ? s.ReadInteger(0, out ifVersion)
                : name.SequenceEqual("baseVersion"u8) ? s.ReadInteger(0, out baseVersion)
                : name.SequenceEqual("mutationId"u8) ? s.ReadString(out mutationId)
                : name.SequenceEqual("time"u8) ? s.ReadInteger(-Limits.IntegerMax, out time)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "mutate.channel") && s.Require(key, "mutate.key") && s.Require(operation, "mutate.operation")
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

    private static ClientFrame.Read? ReadRead(ref JsonScanner s, long id)
    {
        string? channel = null, what = null, key = null, afterKey = null;
        From? from = null;
        long limit = 0;
        long? at = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("what"u8) ? JsonFields.ReadOneOf(ref s, Words.IsWhat, Words.Whats, out what)
                : name.SequenceEqual("from"u8) ? JsonFields.ReadFrom(ref s, isEpochRequired: false, ref from)
                : name.SequenceEqual("limit"u8) ? JsonFields.ReadCount(ref s, ref limit)
                : name.SequenceEqual("at"u8) ? s.ReadInteger(0, out at)
                : name.SequenceEqual("key"u8) ? s.ReadString(out key)
                : name.SequenceEqual("afterKey"u8) ? s.ReadString(out afterKey)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "read.channel") && s.Require(what, "read.what") && (what is not "history" || s.Require(key, "read.key"))
            ? new ClientFrame.Read { Id = id, Channel = channel, What = what, From = from, Limit = limit, At = at, Key = key, AfterKey = afterKey }
            : null;
    }
}
