using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>How checkpoints are stored. A format, once written, stays readable: a change gets a new number beside the old.</summary>
/// <remarks>
/// Row, version 1: version byte, then per checkpoint: number, time, channels, root (32), moved root (32), previous (32), key id, signature, and the heads that moved, counted: channel, epoch, offset,
/// hash (32), from, events root (32). Snapshot, version 1: version byte, the newest checkpoint without heads, the number and times of those that are kept, and all heads, each followed by the
/// checkpoint in which it moved.
/// </remarks>
internal static class CheckpointFormat
{
    /// <summary>Where checkpoints are stored.</summary>
    internal const string Stream = "$checkpoints";

    private const byte RowVersion = 1;
    private const byte SnapshotVersion = 1;

    internal static byte[] WriteRow(IReadOnlyList<CheckpointMade> checkpoints)
    {
        var to = new PayloadWriter(1_024);
        to.Byte(RowVersion);
        foreach (var made in checkpoints)
        {
            Write(to, made.Checkpoint);
            to.Varint(made.Moved.Count);
            foreach (var head in made.Moved)
                Write(to, head);
        }

        return to.ToArray();
    }

    internal static CheckpointMade[] ReadRow(JournalRow row)
    {
        var from = new PayloadReader(row.Payload);
        Expect(RowVersion, from.Byte(), $"the row of checkpoints {row.First}-{row.Last}");
        var made = new CheckpointMade[row.Count];
        for (var i = 0; i < made.Length; i++)
        {
            var checkpoint = ReadCheckpoint(ref from);
            made[i] = new CheckpointMade(checkpoint, ReadHeads(ref from));
        }

        return made;
    }

    internal static byte[] WriteSnapshot(CheckpointState state)
    {
        var to = new PayloadWriter(4_096);
        to.Byte(SnapshotVersion);
        Write(to, state.Latest ?? throw new InvalidOperationException("There is no checkpoint yet to take a snapshot of."));
        to.Varint(state.FirstNumber);
        to.Varint(state.Times.Count);
        foreach (var time in state.Times)
            to.Varint(time);

        to.Varint(state.Heads.Count);
        for (var i = 0; i < state.Heads.Count; i++)
        {
            Write(to, state.Heads.Heads[i]);
            to.Varint(state.Heads.MovedAt(i));
        }

        return to.ToArray();
    }

    internal static CheckpointState ReadSnapshot(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        Expect(SnapshotVersion, from.Byte(), "a snapshot of checkpoints");
        var state = new CheckpointState();
        var latest = ReadCheckpoint(ref from);
        var first = from.Varint();
        var times = new List<long>();
        for (var count = from.Varint(); count > 0; count--)
            times.Add(from.Varint());

        state.Restore(latest, first, times);

        var heads = new List<(CheckpointHead, long)>();
        for (var count = from.Varint(); count > 0; count--)
            heads.Add((ReadHead(ref from), from.Varint()));

        state.Heads.Fill(heads);
        return state;
    }

    private static void Write(PayloadWriter to, Checkpoint checkpoint)
    {
        to.Varint(checkpoint.Number);
        to.Varint(checkpoint.TimeUnixMs);
        to.Varint(checkpoint.Channels);
        to.Raw(checkpoint.Root.Span);
        to.Varint(checkpoint.Moved);
        to.Raw(checkpoint.MovedRoot.Span);
        to.Raw(checkpoint.Previous.Span);
        to.Text(checkpoint.KeyId);
        to.Bytes(checkpoint.Signature.Span);
    }

    private static Checkpoint ReadCheckpoint(ref PayloadReader from) => new(
        from.Varint(), from.Varint(), from.Varint(), from.Raw(EventHash.Bytes), from.Varint(), from.Raw(EventHash.Bytes), from.Raw(EventHash.Bytes), from.Text() ?? "")
    {
        Signature = from.Bytes(),
    };

    private static void Write(PayloadWriter to, CheckpointHead head)
    {
        to.Text(head.Channel);
        to.Text(head.Epoch);
        to.Varint(head.Offset);
        to.Raw(head.Hash.Span);
        to.Varint(head.From);
        to.Raw(head.EventsRoot.Span);
    }

    private static CheckpointHead ReadHead(ref PayloadReader from) =>
        new(from.Text() ?? "", from.Text() ?? "", from.Varint(), from.Raw(EventHash.Bytes), from.Varint(), from.Raw(EventHash.Bytes));

    private static List<CheckpointHead> ReadHeads(ref PayloadReader from)
    {
        var heads = new List<CheckpointHead>();
        for (var count = from.Varint(); count > 0; count--)
            heads.Add(ReadHead(ref from));

        return heads;
    }

    private static void Expect(byte expected, byte found, string what)
    {
        if (found != expected)
            throw new InvalidDataException($"Format {expected} is expected for {what}, but it is of format {found}: it was written by a newer version. Use that one.");
    }
}
