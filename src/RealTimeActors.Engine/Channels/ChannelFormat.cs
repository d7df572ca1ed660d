using System.Globalization;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// How a channel's rows and snapshots are stored. A format, once written, stays readable: a change gets a new number beside the old.
/// </summary>
/// <remarks>
/// Row, version 1: version byte, epoch, then per event: flags, id (if not <c>epoch-offset</c>), type, time, priority, key, source, user, correlation id, session, time to live,
/// salt (16), hash (32), data, and with a producer its id, sequence and digest. Offsets are the row's sequences.
/// Row, version 2: as version 1, and with a mutation (<see cref="SharedStateFormat"/>) its id, result and digest, and the rules that are named for the first time. Written only where there is one.
/// Snapshot, version 1: version byte, head, its hash and time, the retention marks, the producers with their sequences. Version 2: as version 1, and the shared state. Written only where there is one.
/// </remarks>
internal static class ChannelFormat
{
    internal const int SaltBytes = 16;
    internal const int HashBytes = 32;

    private const byte RowVersion = 1;
    private const byte RowWithMutationsVersion = 2;
    private const byte SnapshotVersion = 1;
    private const byte SnapshotWithStateVersion = 2;

    /// <summary>Of an event: numbers, and a byte before each text.</summary>
    private const int EventBytesMore = 40;

    /// <summary>Of a row: its version, a mutation, and room for the last text to be of any characters.</summary>
    private const int RowBytesMore = 256;

    /// <summary>Characters of the greatest offset.</summary>
    private const int NumberCharsMax = 19;

    [Flags]
    private enum Has : byte
    {
        None = 0,
        Id = 1,
        Producer = 2,
        Mutation = 4,
    }

    internal static ReadOnlyMemory<byte> WriteRow(string epoch, IReadOnlyList<StoredEvent> events)
    {
        // Made as large as it will be: a buffer that is doubled in the end is garbage of a hundred kilobytes per row, and brings on collections of the whole heap (DECISIONS 32).
        var capacity = RowBytesMore + epoch.Length;
        foreach (var stored in events)
            capacity += LikelyBytes(stored);

        var to = new PayloadWriter(capacity);
        to.Byte(HasMutation(events) ? RowWithMutationsVersion : RowVersion);
        to.Text(epoch);
        foreach (var stored in events)
            WriteEvent(to, epoch, stored);

        return to.WrittenMemory;
    }

    /// <summary>What an event takes where its texts are ASCII, or a little more.</summary>
    private static int LikelyBytes(StoredEvent stored)
    {
        var e = stored.Event;
        return EventBytesMore + SaltBytes + HashBytes + e.Data.Length + e.Id.Length + e.Type.Length + Length(e.Key) + Length(e.Source) + Length(e.User) + Length(e.CorrelationId) + Length(e.Session)
            + Length(stored.ProducerId) + stored.Digest.Length;
    }

    private static int Length(string? text) => text?.Length ?? 0;

    internal static StoredEvent[] ReadRow(string channel, JournalRow row, out string epoch)
    {
        var from = new PayloadReader(row.Payload);
        var version = from.Byte();
        ExpectVersion(RowWithMutationsVersion, version, $"row {row.First}-{row.Last} of channel {channel}");
        epoch = from.Text() ?? "";
        var events = new StoredEvent[row.Count];
        for (var i = 0; i < events.Length; i++)
            events[i] = ReadEvent(ref from, channel, epoch, row.First + i, version);

        return events;
    }

    private static bool HasMutation(IReadOnlyList<StoredEvent> events)
    {
        foreach (var stored in events)
        {
            if (stored.Mutation is not null)
                return true;
        }

        return false;
    }

    internal static string DefaultId(string epoch, long offset) => $"{epoch}-{offset}";

    /// <summary>Whether an id is <see cref="DefaultId"/>, which is not made for that.</summary>
    private static bool IsDefaultId(string id, string epoch, long offset)
    {
        Span<char> number = stackalloc char[NumberCharsMax];
        return id.Length > epoch.Length + 1
            && id[epoch.Length] == '-'
            && id.StartsWith(epoch, StringComparison.Ordinal)
            && offset.TryFormat(number, out var digits, provider: CultureInfo.InvariantCulture)
            && id.AsSpan(epoch.Length + 1).SequenceEqual(number[..digits]);
    }

    internal static byte[] WriteSnapshot(ChannelState state, bool withProducers = true, bool withMutations = true)
    {
        var to = new PayloadWriter(1_024);
        to.Byte(state.Shared is null ? SnapshotVersion : SnapshotWithStateVersion);
        to.Varint(state.Head);
        to.Raw(state.HeadHash.Span);
        to.Varint(state.HeadTimeUnixMs);

        to.Varint(state.Marks.Marks.Count);
        foreach (var mark in state.Marks.Marks)
        {
            to.Varint(mark.Offset);
            to.Varint(mark.TimeUnixMs);
            to.Varint(mark.Bytes);
        }

        WriteProducers(to, withProducers ? state.Producers.Windows : []);
        if (state.Shared is { } shared)
            SharedStateFormat.Write(to, shared, withMutations);

        return to.ToArray();
    }

    private static void WriteProducers(PayloadWriter to, IReadOnlyCollection<KeyValuePair<ProducerKey, ProducerWindow>> windows)
    {
        to.Varint(windows.Count);
        foreach (var (key, window) in windows)
        {
            to.Text(key.User);
            to.Text(key.ProducerId);
            to.Varint(window.Forgotten);
            to.Varint(window.Last);
            to.Varint(window.LastTimeUnixMs);
            to.Varint(window.Entries.Count);
            foreach (var (sequence, remembered) in window.Entries)
            {
                to.Varint(sequence);
                to.Varint(remembered.Offset);
                to.Bytes(remembered.Hash.Span);
                to.Bytes(remembered.Digest.Span);
            }
        }
    }

    internal static ChannelState ReadSnapshot(string epoch, ReadOnlyMemory<byte> payload, ConflictRules? rulesOfToday = null)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        ExpectVersion(SnapshotWithStateVersion, version, "a channel's snapshot");
        var state = new ChannelState(epoch)
        {
            Head = from.Varint(),
            HeadHash = from.Raw(HashBytes),
            HeadTimeUnixMs = from.Varint(),
            RulesOfToday = rulesOfToday,
        };

        for (var marks = from.Varint(); marks > 0; marks--)
            state.Marks.Restore(new RetentionMarks.Mark(from.Varint(), from.Varint(), from.Varint()));

        for (var windows = from.Varint(); windows > 0; windows--)
            ReadWindow(ref from, state.Producers);

        if (version >= SnapshotWithStateVersion)
            state.Shared = SharedStateFormat.Read(ref from, rulesOfToday);

        return state;
    }

    private static void ReadWindow(ref PayloadReader from, ProducerWindows producers)
    {
        var key = new ProducerKey(from.Text() ?? "", from.Text() ?? "");
        var (forgotten, last, lastTime) = (from.Varint(), from.Varint(), from.Varint());
        ProducerWindow? window = null;
        for (var entries = from.Varint(); entries > 0; entries--)
        {
            var (sequence, remembered) = (from.Varint(), new ProducerWindow.Remembered(from.Varint(), from.Bytes(), from.Bytes()));
            window ??= producers.GetOrAdd(key, remembered.Offset, lastTime);
            window.Add(sequence, remembered, lastTime);
        }

        window ??= producers.GetOrAdd(key, 0, lastTime);

        window.Restore(forgotten, last, lastTime);
    }

    private static void WriteEvent(PayloadWriter to, string epoch, StoredEvent stored)
    {
        var e = stored.Event;
        var has = (IsDefaultId(e.Id, epoch, e.Offset) ? Has.None : Has.Id) | (stored.ProducerId is null ? Has.None : Has.Producer) | (stored.Mutation is null ? Has.None : Has.Mutation);
        to.Byte((byte)has);
        if (has.HasFlag(Has.Id))
            to.Text(e.Id);

        to.Text(e.Type);
        to.Varint(e.TimeUnixMs);
        to.Byte((byte)e.Priority);
        to.Text(e.Key);
        to.Text(e.Source);
        to.Text(e.User);
        to.Text(e.CorrelationId);
        to.Text(e.Session);
        to.Varint(e.TtlMs);
        to.Raw(stored.Salt.Span);
        to.Raw(e.Hash.Span);
        to.Bytes(e.Data.Span);
        if (has.HasFlag(Has.Producer))
        {
            to.Text(stored.ProducerId);
            to.Varint(stored.ProducerSequence);
            to.Bytes(stored.Digest.Span);
        }

        if (stored.Mutation is { } mutation)
            SharedStateFormat.Write(to, mutation);
    }

    private static StoredEvent ReadEvent(ref PayloadReader from, string channel, string epoch, long offset, byte version)
    {
        var has = (Has)from.Byte();
        var id = has.HasFlag(Has.Id) ? from.Text() ?? "" : DefaultId(epoch, offset);
        var type = from.Text() ?? "";
        var time = from.Varint();
        var priority = (Priority)from.Byte();
        var (key, source, user, correlationId, session) = (from.Text(), from.Text(), from.Text(), from.Text(), from.Text());
        var ttl = from.Varint();
        var (salt, hash, data) = (from.Raw(SaltBytes), from.Raw(HashBytes), from.Bytes());
        var e = new ChannelEvent
        {
            Channel = channel,
            Offset = offset,
            Id = id,
            Type = type,
            TimeUnixMs = time,
            Priority = priority,
            Key = key,
            Source = source,
            User = user,
            CorrelationId = correlationId,
            Session = session,
            TtlMs = ttl,
            Hash = hash,
            Data = data,
        };

        var stored = has.HasFlag(Has.Producer)
            ? new StoredEvent(e, salt, from.Text(), from.Varint(), from.Bytes())
            : new StoredEvent(e, salt, null, 0, default);

        return version >= RowWithMutationsVersion && has.HasFlag(Has.Mutation) ? stored with { Mutation = SharedStateFormat.ReadMutation(ref from) } : stored;
    }

    private static void ExpectVersion(byte newest, byte found, string what)
    {
        if (found < 1 || found > newest)
            throw new InvalidDataException($"Format 1 to {newest} is expected for {what}, but it is of format {found}: it was written by a newer version. Use that one.");
    }
}
