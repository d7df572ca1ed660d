using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Outbox;

/// <summary>
/// The publishes that are not answered yet, bounded by count and bytes. Says which may be sent next: per channel in order, and never so many that a
/// repeat of the oldest could fall out of what the channel remembers.
/// </summary>
internal sealed class PublishOutbox(string producerId, int countMax, long bytesMax, int windowMax)
{
    private readonly LinkedList<OutboxEntry> _entries = new();
    private readonly Dictionary<long, LinkedListNode<OutboxEntry>> _byId = [];
    private readonly Dictionary<string, PublishLane> _lanes = new(StringComparer.Ordinal);
    private readonly List<PublishLane> _held = [];
    private long _lastSequence;

    internal int Count => _entries.Count;
    internal long Bytes { get; private set; }

    /// <summary>The oldest, which also has the earliest deadline.</summary>
    internal OutboxEntry? Oldest => _entries.First?.Value;

    internal bool HasRoomFor(int bytes) => _entries.Count < countMax && Bytes + bytes <= bytesMax;

    internal OutboxEntry Add(long id, ClientFrame.Publish frame, int bytes, TimeSpan? deadline)
    {
        if (!_lanes.TryGetValue(frame.Channel, out var lane))
            _lanes.Add(frame.Channel, lane = new PublishLane(frame.Channel, _lastSequence));

        var entry = new OutboxEntry(id, frame, lane, bytes, deadline);
        _byId.Add(id, _entries.AddLast(entry));
        entry.WaitingNode = lane.Waiting.AddLast(entry);
        Bytes += bytes;
        return entry;
    }

    internal bool TryFind(long id, [NotNullWhen(true)] out OutboxEntry? entry)
    {
        entry = _byId.TryGetValue(id, out var node) ? node.Value : null;
        return entry is not null;
    }

    /// <summary>Takes it out for good. What may be sent in its stead is found by <see cref="NextOf"/>.</summary>
    internal void Settle(OutboxEntry entry)
    {
        entry.IsSettled = true;
        _byId.Remove(entry.Id, out var node);
        _entries.Remove(node!);
        Bytes -= entry.Bytes;

        if (entry.WaitingNode is not null)
            entry.Lane.Waiting.Remove(entry.WaitingNode);
        Trim(entry.Lane);
    }

    /// <summary>The next of a lane that has a place in the window and was not sent before; it has the place from now on.</summary>
    internal OutboxEntry? NextOf(PublishLane lane)
    {
        if (lane.HeldUntil is not null)
            return null;

        if (lane.Window.Count >= windowMax || lane.Waiting.First?.Value is not { } entry)
            return null;

        lane.Waiting.RemoveFirst();
        entry.WaitingNode = null;
        entry.IsInWindow = true;
        entry.Frame = entry.Frame with { Id = entry.Id, ProducerId = producerId, ProducerSequence = ++lane.LastSequence };
        _lastSequence = Math.Max(_lastSequence, lane.LastSequence);
        lane.Window.Enqueue(entry);
        return entry;
    }

    /// <summary>All that may be sent and is not on its way, in order: after a reconnect, or when a lane is no longer held.</summary>
    internal List<OutboxEntry> AllUnsent()
    {
        var unsent = new List<OutboxEntry>();
        foreach (var entry in _entries)
        {
            if (entry.Lane.HeldUntil is not null || entry.IsSent)
                continue;

            // A lane's queue has the order of the list, so what is promoted here is this entry.
            if (entry.IsInWindow || NextOf(entry.Lane) is not null)
                unsent.Add(entry);
        }

        return unsent;
    }

    /// <summary>The connection is gone, and with it the answers that were on their way.</summary>
    internal void ConnectionLost()
    {
        foreach (var entry in _entries)
        {
            entry.MayBeInLog |= entry.IsSent;
            entry.IsSent = false;
        }
    }

    internal void Hold(PublishLane lane, TimeSpan until)
    {
        if (lane.HeldUntil is null)
            _held.Add(lane);
        lane.HeldUntil = lane.HeldUntil is { } former && former > until ? former : until;
    }

    internal TimeSpan? NextRelease
    {
        get
        {
            TimeSpan? next = null;
            foreach (var lane in _held)
                next = next is null || lane.HeldUntil < next ? lane.HeldUntil : next;
            return next;
        }
    }

    /// <returns>Whether any lane was released.</returns>
    internal bool Release(TimeSpan now)
    {
        var released = _held.RemoveAll(lane =>
        {
            if (lane.HeldUntil > now)
                return false;

            lane.HeldUntil = null;
            Trim(lane);
            return true;
        });
        return released > 0;
    }

    internal void ReleaseAll()
    {
        foreach (var lane in _held)
        {
            lane.HeldUntil = null;
            Trim(lane);
        }

        _held.Clear();
    }

    internal List<OutboxEntry> Drain()
    {
        var all = _entries.ToList();
        foreach (var entry in all)
            Settle(entry);
        return all;
    }

    private void Trim(PublishLane lane)
    {
        while (lane.Window.TryPeek(out var oldest) && oldest.IsSettled)
            lane.Window.Dequeue();

        // A lane that begins anew begins beyond every sequence that was ever used, its own included.
        if (lane.IsEmpty && lane.HeldUntil is null)
            _lanes.Remove(lane.Channel);
    }
}
