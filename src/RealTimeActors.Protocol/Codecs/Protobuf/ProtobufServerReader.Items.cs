using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Events, entries and members: alone, in pages and presence frames.</summary>
internal static partial class ProtobufServerReader
{
    private static ServerFrame.Event ReadEventFrame(ref ProtoReader r, long id)
    {
        var body = ReadEvent(ref r, out var attempt);
        return new ServerFrame.Event(body) { Id = id, Attempt = attempt };
    }

    private static ChannelEvent ReadEvent(ref ProtoReader r, out int attempt)
    {
        string? channel = null, eventId = null, type = null, key = null, source = null, user = null, correlationId = null, session = null;
        long offset = 0, time = 0, attempts = 0;
        var priority = Priority.Normal;
        byte[]? data = null, hash = null;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("event.channel", ref channel);
                    break;
                case (2, Wire.Varint):
                    r.Integer("event.offset", ref offset);
                    break;
                case (3, Wire.Bytes):
                    r.Text("event.id", ref eventId);
                    break;
                case (4, Wire.Bytes):
                    r.Text("event.type", ref type);
                    break;
                case (5, Wire.Varint):
                    r.Integer("event.time_unix_ms", -Limits.IntegerMax, ref time);
                    break;
                case (6, Wire.Bytes):
                    Words.TryRead(r.Bytes, out priority);
                    break;
                case (7, Wire.Bytes):
                    r.Text("event.key", ref key);
                    break;
                case (8, Wire.Bytes):
                    r.Text("event.source", ref source);
                    break;
                case (9, Wire.Bytes):
                    r.Text("event.user", ref user);
                    break;
                case (10, Wire.Bytes):
                    r.Text("event.correlation_id", ref correlationId);
                    break;
                case (11, Wire.Bytes):
                    r.Text("event.session", ref session);
                    break;
                case (12, Wire.Bytes):
                    data = r.Bytes.ToArray();
                    break;
                case (13, Wire.Bytes):
                    hash = r.Bytes.ToArray();
                    break;
                case (14, Wire.Varint):
                    r.Integer("event.attempt", ref attempts);
                    break;
            }
        }

        attempt = ToInt(attempts);
        return new ChannelEvent
        {
            Channel = channel ?? "",
            Offset = offset,
            Id = eventId ?? "",
            Type = type ?? "",
            TimeUnixMs = time,
            Priority = priority,
            Key = key,
            Source = source,
            User = user,
            CorrelationId = correlationId,
            Session = session,
            Data = data,
            Hash = hash,
        };
    }

    private static ServerFrame.PresenceDiff ReadPresence(ref ProtoReader r, long id)
    {
        string? channel = null, reason = null;
        var kind = PresenceKind.Changed;
        long count = 0;
        List<Member> joined = [], left = [], updated = [];
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("presence.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    joined.Add(ReadMember(ref r));
                    break;
                case (3, Wire.Bytes):
                    left.Add(ReadMember(ref r));
                    break;
                case (4, Wire.Bytes):
                    updated.Add(ReadMember(ref r));
                    break;
                case (5, Wire.Varint):
                    r.Integer("presence.count", ref count);
                    break;
                case (6, Wire.Bytes):
                    kind = Words.ReadKind(r.Bytes);
                    break;
                case (7, Wire.Bytes):
                    r.Text("presence.reason", ref reason);
                    break;
            }
        }

        return new ServerFrame.PresenceDiff(channel ?? "", joined, left, updated, count) { Id = id, Kind = kind, Reason = reason };
    }

    private static ServerFrame.Page ReadPage(ref ProtoReader r, long id)
    {
        string? channel = null, what = null, epoch = null, nextKey = null;
        long? next = null, offset = null, count = null;
        List<ChannelEvent> events = [];
        List<Entry> entries = [];
        List<Member> members = [];
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("page.channel", ref channel);
                    break;
                case (2, Wire.Bytes):
                    r.Text("page.what", ref what);
                    break;
                case (3, Wire.Bytes):
                    r.Text("page.epoch", ref epoch);
                    break;
                case (4, Wire.Bytes):
                    var inner = new ProtoReader(r.Bytes);
                    events.Add(ReadEvent(ref inner, out _));
                    if (inner.Error is not null)
                        r.Fail(inner.Error);
                    break;
                case (5, Wire.Bytes):
                    entries.Add(ReadEntry(ref r));
                    break;
                case (6, Wire.Bytes):
                    members.Add(ReadMember(ref r));
                    break;
                case (7, Wire.Varint):
                    r.Integer("page.next", ref next);
                    break;
                case (8, Wire.Varint):
                    r.Integer("page.offset", ref offset);
                    break;
                case (9, Wire.Bytes):
                    r.Text("page.next_key", ref nextKey);
                    break;
                case (10, Wire.Varint):
                    r.Integer("page.count", ref count);
                    break;
            }
        }

        return new ServerFrame.Page
        {
            Id = id,
            Channel = channel ?? "",
            What = what ?? "",
            Epoch = epoch ?? "",
            Events = events,
            Entries = entries,
            Members = members,
            Offset = offset,
            Count = count,
            Next = next,
            NextKey = nextKey,
        };
    }

    private static Entry ReadEntry(ref ProtoReader outer)
    {
        string? key = null;
        long version = 0;
        byte[]? value = null;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("entry.key", ref key);
            else if (r.Field == 2 && r.Wire is Wire.Varint)
                r.Integer("entry.version", ref version);
            else if (r.Field == 3 && r.Wire is Wire.Bytes)
                value = r.Bytes.ToArray();
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        return new Entry(key ?? "", version, value);
    }

    private static Member ReadMember(ref ProtoReader outer)
    {
        string? session = null, user = null;
        byte[]? state = null;
        var r = new ProtoReader(outer.Bytes);
        while (r.Next())
        {
            if (r.Field == 1 && r.Wire is Wire.Bytes)
                r.Text("member.session", ref session);
            else if (r.Field == 2 && r.Wire is Wire.Bytes)
                r.Text("member.user", ref user);
            else if (r.Field == 3 && r.Wire is Wire.Bytes)
                state = r.Bytes.ToArray();
        }

        if (r.Error is not null)
            outer.Fail(r.Error);

        return new Member(session ?? "", user, state);
    }
}
