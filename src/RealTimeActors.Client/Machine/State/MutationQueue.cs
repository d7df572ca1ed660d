using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Client.Machine.State;

/// <summary>The edits that nobody was told the end of, bounded by count and bytes: per channel in order, and never so many on their way that the server could have forgotten the oldest when it is repeated.</summary>
internal sealed class MutationQueue(string producer, long lastNumber, int countMax, long bytesMax)
{
    private readonly Dictionary<long, LinkedListNode<QueuedMutation>> _byId = [];
    private readonly Dictionary<long, QueuedMutation> _byNumber = [];

    /// <summary>In the order in which they came to be, so that it is the same order every time.</summary>
    private readonly List<MutationLane> _lanes = [];
    private readonly Dictionary<string, MutationLane> _laneByChannel = new(StringComparer.Ordinal);
    private long _bytes;

    internal string Producer { get; } = producer;
    internal long LastNumber { get; private set; } = lastNumber;
    internal int Count => _byId.Count + Ending.Count;
    internal long Bytes => _bytes + Ending.Bytes;
    internal IReadOnlyList<MutationLane> Lanes => _lanes;

    /// <summary>Those that are answered, or given up, and still take their room.</summary>
    internal EndingMutations Ending { get; } = new();

    internal bool HasRoomFor(int bytes) => Count < countMax && Bytes + bytes <= bytesMax;

    internal long NextNumber() => ++LastNumber;

    internal QueuedMutation Add(long id, PendingMutation mutation, int bytes)
    {
        var lane = LaneOf(mutation.Channel);
        if (lane is null)
        {
            _lanes.Add(lane = new MutationLane(mutation.Channel, Ending));
            _laneByChannel.Add(lane.Channel, lane);
        }

        var entry = new QueuedMutation(id, mutation, lane, bytes);
        _byId.Add(id, lane.Entries.AddLast(entry));
        _byNumber.Add(mutation.Number, entry);
        _bytes += bytes;
        return entry;
    }

    internal MutationLane? LaneOf(string channel) => _laneByChannel.GetValueOrDefault(channel);

    internal bool TryFind(long id, [NotNullWhen(true)] out QueuedMutation? entry)
    {
        entry = _byId.TryGetValue(id, out var node) ? node.Value : null;
        return entry is not null;
    }

    internal QueuedMutation? FindByNumber(long number) => _byNumber.GetValueOrDefault(number);

    internal void Remove(QueuedMutation entry)
    {
        if (!_byId.Remove(entry.Id, out var node))
            return;

        _byNumber.Remove(entry.Mutation.Number);
        entry.Lane.Entries.Remove(node);
        _bytes -= entry.Bytes;
        if (entry.Lane.Entries.Count > 0)
            return;

        _lanes.Remove(entry.Lane);
        _laneByChannel.Remove(entry.Lane.Channel);
    }

    /// <summary>The connection is gone, and with it the answers that were on their way.</summary>
    internal void ConnectionLost()
    {
        foreach (var lane in _lanes)
        {
            lane.HeldUntil = null;
            foreach (var entry in lane.Entries)
            {
                entry.MayBeInLog |= entry.IsSent;
                entry.IsSent = false;
            }
        }
    }

    internal TimeSpan? NextRelease
    {
        get
        {
            TimeSpan? next = null;
            foreach (var lane in _lanes)
            {
                if (lane.HeldUntil is { } until && (next is null || until < next))
                    next = until;
            }

            return next;
        }
    }
}
