using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>Events, entries and members: alone, in pages, in state and presence frames.</summary>
internal static partial class JsonServerReader
{
    private static ServerFrame.Page ReadPage(ref JsonScanner s)
    {
        string? channel = null, what = null, epoch = null, nextKey = null;
        long? next = null, offset = null, count = null;
        List<ItemFields> items = [];
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("channel"u8))
                s.ReadString(out channel);
            else if (name.SequenceEqual("what"u8))
                s.ReadString(out what);
            else if (name.SequenceEqual("epoch"u8))
                s.ReadString(out epoch);
            else if (name.SequenceEqual("items"u8))
                ReadItems(ref s, items);
            else if (name.SequenceEqual("next"u8))
                ReadNext(ref s, ref next);
            else if (name.SequenceEqual("offset"u8))
                s.ReadInteger(0, out offset);
            else if (name.SequenceEqual("count"u8))
                s.ReadInteger(0, out count);
            else if (name.SequenceEqual("nextKey"u8))
                s.ReadString(out nextKey);
            else
                s.SkipValue();
        }

        var areEvents = what is "events" or "history";
        var areMembers = what is "presence";
        return new ServerFrame.Page
        {
            Channel = channel ?? "",
            What = what ?? "",
            Epoch = epoch ?? "",
            Events = areEvents ? [.. items.Select(i => i.ToEvent())] : [],
            Entries = areEvents || areMembers ? [] : [.. items.Select(i => i.ToEntry())],
            Members = areMembers ? [.. items.Select(i => i.ToMember())] : [],
            Offset = offset,
            Count = count,
            Next = next,
            NextKey = nextKey,
        };
    }

    private static void ReadNext(ref JsonScanner s, ref long? next)
    {
        if (s.TakeNull())
            return;

        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("offset"u8))
                s.ReadInteger(0, out next);
            else
                s.SkipValue();
        }
    }

    private static void ReadItems(ref JsonScanner s, List<ItemFields> items)
    {
        if (s.TakeNull())
            return;

        s.BeginArray();
        while (s.NextElement())
        {
            var item = new ItemFields();
            item.Read(ref s);
            items.Add(item);
        }
    }

    private static ServerFrame.State ReadState(ref JsonScanner s)
    {
        string? channel = null;
        long offset = 0;
        var isLast = false;
        List<Entry> entries = [];
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("channel"u8))
                s.ReadString(out channel);
            else if (name.SequenceEqual("offset"u8))
                JsonFields.ReadCount(ref s, ref offset);
            else if (name.SequenceEqual("last"u8))
                s.ReadBoolean(ref isLast);
            else if (name.SequenceEqual("entries"u8))
                ReadEntries(ref s, entries);
            else
                s.SkipValue();
        }

        return new ServerFrame.State(channel ?? "", offset, entries, isLast);
    }

    private static void ReadEntries(ref JsonScanner s, List<Entry> entries)
    {
        if (s.TakeNull())
            return;

        s.BeginObject();
        while (s.NextMember(out var name))
        {
            var item = new ItemFields { Key = System.Text.Encoding.UTF8.GetString(name) };
            item.Read(ref s);
            entries.Add(item.ToEntry());
        }
    }

    private static ServerFrame.PresenceDiff ReadPresence(ref JsonScanner s)
    {
        string? channel = null, kind = null, reason = null;
        long count = 0;
        List<ItemFields> joined = [], left = [], updated = [];
        s.BeginObject();
        while (s.NextMember(out var name))
        {
            if (name.SequenceEqual("channel"u8))
                s.ReadString(out channel);
            else if (name.SequenceEqual("count"u8))
                JsonFields.ReadCount(ref s, ref count);
            else if (name.SequenceEqual("joined"u8))
                ReadItems(ref s, joined);
            else if (name.SequenceEqual("left"u8))
                ReadItems(ref s, left);
            else if (name.SequenceEqual("updated"u8))
                ReadItems(ref s, updated);
            else if (name.SequenceEqual("kind"u8))
                s.ReadString(out kind);
            else if (name.SequenceEqual("reason"u8))
                s.ReadString(out reason);
            else
                s.SkipValue();
        }

        return new ServerFrame.PresenceDiff(channel ?? "", Members(joined), Members(left), Members(updated), count)
        {
            Kind = Words.ReadKind(System.Text.Encoding.UTF8.GetBytes(kind ?? "")),
            Reason = reason,
        };

        static Member[] Members(List<ItemFields> items) => [.. items.Select(item => item.ToMember())];
    }

    /// <summary>The fields of an event, an entry and a member together: what an item is, is told beside it, possibly after it.</summary>
    private struct ItemFields
    {
        public string? Key;
        public long Attempt;
        private string? _channel, _id, _type, _source, _user, _correlationId, _session;
        private long _offset, _time, _version;
        private Priority _priority;
        private byte[]? _data, _hash, _value, _state;

        public bool Read(ref JsonScanner s)
        {
            _priority = Priority.Normal;
            if (!s.BeginObject())
                return false;

            while (s.NextMember(out var name))
            {
                var isRead = name.SequenceEqual("channel"u8) ? s.ReadString(out _channel)
                    : name.SequenceEqual("offset"u8) ? JsonFields.ReadCount(ref s, ref _offset)
                    : name.SequenceEqual("id"u8) ? s.ReadString(out _id)
                    : name.SequenceEqual("type"u8) ? s.ReadString(out _type)
                    : name.SequenceEqual("time"u8) ? JsonFields.ReadTime(ref s, ref _time)
                    : name.SequenceEqual("priority"u8) ? JsonFields.ReadAnyPriority(ref s, ref _priority)
                    : name.SequenceEqual("data"u8) ? s.ReadValue(out _data)
                    : name.SequenceEqual("key"u8) ? s.ReadString(out Key)
                    : name.SequenceEqual("source"u8) ? s.ReadString(out _source)
                    : name.SequenceEqual("user"u8) ? s.ReadString(out _user)
                    : name.SequenceEqual("correlationId"u8) ? s.ReadString(out _correlationId)
                    : name.SequenceEqual("session"u8) ? s.ReadString(out _session)
                    : name.SequenceEqual("hash"u8) ? JsonFields.ReadHex(ref s, ref _hash)
                    : name.SequenceEqual("attempt"u8) ? JsonFields.ReadCount(ref s, ref Attempt)
                    : name.SequenceEqual("version"u8) ? JsonFields.ReadCount(ref s, ref _version)
                    : name.SequenceEqual("value"u8) ? s.ReadValue(out _value)
                    : name.SequenceEqual("state"u8) ? s.ReadValue(out _state)
                    : s.SkipValue();
                if (!isRead)
                    return false;
            }

            return s.Error is null;
        }

        public readonly ChannelEvent ToEvent() => new()
        {
            Channel = _channel ?? "",
            Offset = _offset,
            Id = _id ?? "",
            Type = _type ?? "",
            TimeUnixMs = _time,
            Priority = _priority,
            Key = Key,
            Source = _source,
            User = _user,
            CorrelationId = _correlationId,
            Session = _session,
            Data = _data,
            Hash = _hash,
        };

        public readonly Entry ToEntry() => new(Key ?? "", _version, _value);

        public readonly Member ToMember() => new(_session ?? "", _user, _state);
    }
}
