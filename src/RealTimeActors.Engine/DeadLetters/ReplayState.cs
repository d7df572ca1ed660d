using RealTimeActors.Engine.Offsets;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>Which letters of a channel were replayed: the fold of the events. Touches nothing but itself.</summary>
internal sealed class ReplayState
{
    private const byte SnapshotVersion = 1;

    /// <summary>The life of the letters' log; empty before the first.</summary>
    internal string Epoch { get; private set; } = "";

    /// <summary>Letters that were published again.</summary>
    internal OffsetSet Published { get; private set; } = new(0);

    /// <summary>Letters of which it is not known whether they were, and the sequence with which they are tried.</summary>
    internal SortedDictionary<long, long> Begun { get; } = [];

    /// <summary>The greatest sequence so far. It goes on in another life of the log, too: the letters' channel is not asked.</summary>
    internal long LastSequence { get; private set; }

    internal void Apply(ReplayEvent @event)
    {
        switch (@event)
        {
            case ReplayEvent.Begun begun:
                if (begun.Epoch != Epoch)
                    Restart(begun.Epoch);

                Begun[begun.Offset] = begun.Sequence;
                LastSequence = Math.Max(LastSequence, begun.Sequence);
                break;
            case ReplayEvent.Ended ended:
                Begun.Remove(ended.Offset);
                if (ended.IsPublished)
                    Published.Add(ended.Offset);

                break;
        }
    }

    internal byte[] Write()
    {
        var to = new PayloadWriter();
        to.Byte(SnapshotVersion);
        to.Text(Epoch);
        to.Varint(LastSequence);
        to.Varint(Published.Prefix);
        to.Varint(Published.Ahead.Count);
        foreach (var range in Published.Ahead)
        {
            to.Varint(range.From);
            to.Varint(range.To);
        }

        to.Varint(Begun.Count);
        foreach (var (offset, sequence) in Begun)
        {
            to.Varint(offset);
            to.Varint(sequence);
        }

        return to.ToArray();
    }

    internal static ReplayState Read(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != SnapshotVersion)
            throw new InvalidDataException($"Format {SnapshotVersion} is expected for the snapshot of a replay, but it is of format {version}: it was written by a newer version. Use that one.");

        var state = new ReplayState { Epoch = from.Text() ?? "", LastSequence = from.Varint() };
        state.Published = new OffsetSet(from.Varint());
        for (var ranges = from.Varint(); ranges > 0; ranges--)
            state.Published.Add(from.Varint(), from.Varint());

        for (var begun = from.Varint(); begun > 0; begun--)
            state.Begun.Add(from.Varint(), from.Varint());

        return state;
    }

    private void Restart(string epoch)
    {
        Epoch = epoch;
        Published = new OffsetSet(0);
        Begun.Clear();
    }
}
