using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary><c>hello</c> and the <c>subscribe</c> bodies that it may hold.</summary>
internal static partial class JsonClientReader
{
    private static ClientFrame.Hello? ReadHello(ref JsonScanner s, long id)
    {
        string? token = null, client = null, sessionId = null, sessionKey = null;
        long? credit = null, pieces = null;
        List<ClientFrame.Subscribe>? subscriptions = null;
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("token"u8) ? s.ReadString(out token)
                : name.SequenceEqual("client"u8) ? s.ReadString(out client)
                : name.SequenceEqual("credit"u8) ? s.ReadInteger(0, out credit)
                : name.SequenceEqual("pieces"u8) ? s.ReadInteger(Limits.PieceBytesMin, out pieces)
                : name.SequenceEqual("session"u8) ? ReadSession(ref s, ref sessionId, ref sessionKey)
                : name.SequenceEqual("subscribe"u8) ? ReadSubscriptions(ref s, ref subscriptions)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null
            ? new ClientFrame.Hello
            {
                Id = id,
                Token = token,
                Client = client,
                SessionId = sessionId,
                SessionKey = sessionKey,
                InitialCredit = credit,
                PieceBytes = pieces,
                Subscriptions = subscriptions ?? [],
            }
            : null;
    }

    private static bool ReadSession(ref JsonScanner s, ref string? sessionId, ref string? sessionKey)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginObject())
            return false;

        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("id"u8))
                s.ReadString(out sessionId);
            else if (name.SequenceEqual("key"u8))
                s.ReadString(out sessionKey);
            else
                s.SkipValue();
        }

        return s.Error is null;
    }

    private static bool ReadSubscriptions(ref JsonScanner s, ref List<ClientFrame.Subscribe>? subscriptions)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginArray())
            return false;

        subscriptions = [];
        while (s.NextElement())
        {
            if (ReadSubscribe(ref s, 0) is not { } subscription)
                return false;

            subscriptions.Add(subscription);
        }

        return s.Error is null;
    }

    private static ClientFrame.Subscribe? ReadSubscribe(ref JsonScanner s, long id)
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
        if (!s.BeginObject())
            return null;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out channel)
                : name.SequenceEqual("from"u8) ? JsonFields.ReadFrom(ref s, isEpochRequired: true, ref from)
                : name.SequenceEqual("mode"u8) ? JsonFields.ReadMode(ref s, ref mode)
                : name.SequenceEqual("fields"u8) ? JsonFields.ReadStrings(ref s, ref fields)
                : name.SequenceEqual("shape"u8) ? ReadShape(ref s, ref shape)
                : name.SequenceEqual("filter"u8) ? ReadFilter(ref s, ref filter)
                : name.SequenceEqual("overflow"u8) ? JsonFields.ReadOverflow(ref s, ref overflow)
                : name.SequenceEqual("ack"u8) ? JsonFields.ReadAckMode(ref s, ref ackMode)
                : name.SequenceEqual("order"u8) ? JsonFields.ReadOrder(ref s, ref order)
                : name.SequenceEqual("priority"u8) ? JsonFields.ReadLeastPriority(ref s, ref priority)
                : name.SequenceEqual("group"u8) ? s.ReadString(out group)
                : name.SequenceEqual("presence"u8) ? JsonFields.ReadInterest(ref s, ref presence)
                : s.SkipValue();
            if (!isRead)
                return null;
        }

        return s.Error is null && s.Require(channel, "subscribe.channel") && (SubscriptionBounds.FaultOf(shape, fields, filter) is not { } fault || s.Fail(fault))
            ? new ClientFrame.Subscribe
            {
                Id = id,
                Channel = channel,
                From = from ?? From.Now,
                Mode = mode,
                Fields = fields is { Count: > 0 } ? fields : null,
                Shape = shape,
                Overflow = overflow,
                AckMode = ackMode,
                Order = order,
                Priority = priority,
                Group = group,
                Filter = filter is { Count: > 0 } ? filter : null,
                Presence = presence,
            }
            : null;
    }

    /// <summary><c>{"attribute": ["value", …], …}</c></summary>
    private static bool ReadFilter(ref JsonScanner s, ref List<AttributeFilter>? filter)
    {
        if (s.TakeNull())
            return true;

        if (!s.BeginObject())
            return false;

        filter = [];
        while (s.NextMember(out var name))
        {
            var attribute = Encoding.UTF8.GetString(name);
            List<string>? values = null;
            if (!JsonFields.ReadStrings(ref s, ref values))
                return false;

            if (values is not null)
                filter.Add(new AttributeFilter(attribute, values));
        }

        return s.Error is null;
    }

    private static bool ReadShape(ref JsonScanner s, ref Shape? shape)
    {
        long? debounceMs = null, debounceMaxMs = null, batchMs = null, batchMax = null, maxPerSecond = null;
        string? conflate = null;
        List<string>? immediate = null;
        if (s.TakeNull())
            return true;

        if (!s.BeginObject())
            return false;

        while (s.NextMember(out var name))
        {
            var isRead = name.SequenceEqual("debounceMs"u8) ? s.ReadInteger(0, out debounceMs)
                : name.SequenceEqual("debounceMaxMs"u8) ? s.ReadInteger(0, out debounceMaxMs)
                : name.SequenceEqual("immediate"u8) ? JsonFields.ReadStrings(ref s, ref immediate)
                : name.SequenceEqual("conflate"u8) ? JsonFields.ReadOneOf(ref s, Words.IsConflation, Words.Conflations, out conflate)
                : name.SequenceEqual("batchMs"u8) ? s.ReadInteger(0, out batchMs)
                : name.SequenceEqual("batchMax"u8) ? s.ReadInteger(0, out batchMax)
                : name.SequenceEqual("maxPerSecond"u8) ? s.ReadInteger(0, out maxPerSecond)
                : s.SkipValue();
            if (!isRead)
                return false;
        }

        shape = new Shape
        {
            DebounceMs = debounceMs is 0 ? null : debounceMs,
            DebounceMaxMs = debounceMaxMs is 0 ? null : debounceMaxMs,
            Immediate = immediate ?? [],
            Conflate = conflate,
            BatchMs = batchMs is 0 ? null : batchMs,
            BatchMax = batchMax is 0 ? null : batchMax,
            MaxPerSecond = maxPerSecond is 0 ? null : maxPerSecond,
        };
        return s.Error is null;
    }
}
