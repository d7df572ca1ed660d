using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary><c>welcome</c> and the <c>subscribed</c> bodies that it may hold.</summary>
internal static partial class JsonServerReader
{
    private static ServerFrame.Welcome ReadWelcome(ref JsonScanner s)
    {
        string? connection = null, node = null;
        long time = 0, heartbeatMs = 0, frameBytesMax = 0, subscriptionsMax = 0;
        var session = new SessionRef("", "", false, null);
        var reconnect = new ReconnectAdvice(0, 0, 0, 0);
        List<ServerFrame.Subscribed> subscriptions = [];
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("connection"u8))
                s.ReadString(out connection);
            else if (name.SequenceEqual("node"u8))
                s.ReadString(out node);
            else if (name.SequenceEqual("time"u8))
                JsonFields.ReadTime(ref s, ref time);
            else if (name.SequenceEqual("heartbeatMs"u8))
                JsonFields.ReadCount(ref s, ref heartbeatMs);
            else if (name.SequenceEqual("session"u8))
                session = ReadSession(ref s);
            else if (name.SequenceEqual("reconnect"u8))
                reconnect = ReadReconnect(ref s);
            else if (name.SequenceEqual("limits"u8))
                ReadLimits(ref s, ref frameBytesMax, ref subscriptionsMax);
            else if (name.SequenceEqual("subscriptions"u8))
                ReadSubscriptions(ref s, subscriptions);
            else
                s.SkipValue();
        }

        return new ServerFrame.Welcome
        {
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

    private static void ReadSubscriptions(ref JsonScanner s, List<ServerFrame.Subscribed> subscriptions)
    {
        if (s.TakeNull())
            return;

        s.BeginArray();
        while (s.NextElement())
            subscriptions.Add(ReadSubscribed(ref s));
    }

    private static SessionRef ReadSession(ref JsonScanner s)
    {
        string? id = null, key = null, reason = null;
        var isResumed = false;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("id"u8))
                s.ReadString(out id);
            else if (name.SequenceEqual("key"u8))
                s.ReadString(out key);
            else if (name.SequenceEqual("resumed"u8))
                s.ReadBoolean(ref isResumed);
            else if (name.SequenceEqual("reason"u8))
                s.ReadString(out reason);
            else
                s.SkipValue();
        }

        return new SessionRef(id ?? "", key ?? "", isResumed, reason);
    }

    private static ReconnectAdvice ReadReconnect(ref JsonScanner s)
    {
        long minMs = 0, maxMs = 0;
        double factor = 0, jitter = 0;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("minMs"u8))
                JsonFields.ReadCount(ref s, ref minMs);
            else if (name.SequenceEqual("maxMs"u8))
                JsonFields.ReadCount(ref s, ref maxMs);
            else if (name.SequenceEqual("factor"u8))
                s.ReadDouble(out factor);
            else if (name.SequenceEqual("jitter"u8))
                s.ReadDouble(out jitter);
            else
                s.SkipValue();
        }

        return new ReconnectAdvice(minMs, maxMs, factor, jitter);
    }

    private static void ReadLimits(ref JsonScanner s, ref long frameBytesMax, ref long subscriptionsMax)
    {
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("frameBytes"u8))
                JsonFields.ReadCount(ref s, ref frameBytesMax);
            else if (name.SequenceEqual("subscriptions"u8))
                JsonFields.ReadCount(ref s, ref subscriptionsMax);
            else
                s.SkipValue();
        }
    }

    private static ServerFrame.Subscribed ReadSubscribed(ref JsonScanner s)
    {
        string? channel = null, epoch = null, reason = null;
        long offset = 0, head = 0;
        var recovered = Recovered.None;
        OffsetRange? missing = null;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("channel"u8))
                s.ReadString(out channel);
            else if (name.SequenceEqual("epoch"u8))
                s.ReadString(out epoch);
            else if (name.SequenceEqual("offset"u8))
                JsonFields.ReadCount(ref s, ref offset);
            else if (name.SequenceEqual("head"u8))
                JsonFields.ReadCount(ref s, ref head);
            else if (name.SequenceEqual("recovered"u8))
                recovered = s.ReadSpan(out var word) ? Words.ReadRecovered(word) : recovered;
            else if (name.SequenceEqual("gap"u8))
                ReadGap(ref s, ref missing, ref reason);
            else if (name.SequenceEqual("reason"u8))
                s.ReadString(out reason);
            else
                s.SkipValue();
        }

        return new ServerFrame.Subscribed
        {
            Channel = channel ?? "",
            Epoch = epoch ?? "",
            Offset = offset,
            Head = head,
            Recovered = recovered,
            Missing = missing,
            Reason = reason,
        };
    }

    private static void ReadGap(ref JsonScanner s, ref OffsetRange? missing, ref string? reason)
    {
        if (s.TakeNull())
            return;

        long from = 0, to = 0;
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("from"u8))
                JsonFields.ReadCount(ref s, ref from);
            else if (name.SequenceEqual("to"u8))
                JsonFields.ReadCount(ref s, ref to);
            else if (name.SequenceEqual("reason"u8))
                s.ReadString(out reason);
            else
                s.SkipValue();
        }

        missing = new OffsetRange(from, to);
    }
}
