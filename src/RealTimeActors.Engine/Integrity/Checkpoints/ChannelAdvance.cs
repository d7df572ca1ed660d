using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>The events of one channel since the last checkpoint: without a hole, from the first to the newest.</summary>
internal sealed class ChannelAdvance(string channel, long next)
{
    private readonly byte[] _hash = new byte[EventHash.Bytes];
    private EventsRange _events = new();
    private long _from = next;
    private string _epoch = "";

    internal string Channel { get; } = channel;

    /// <summary>The event that comes next.</summary>
    internal long Next { get; private set; } = next;

    /// <summary>The log reaches this far; what lies before it and was not told is read.</summary>
    internal long Target { get; set; }

    /// <summary>Whether events are being read out of the log: what is told meanwhile is read, too.</summary>
    internal bool IsReading { get; set; }

    /// <summary>How many there are.</summary>
    internal long Count => Next - _from;

    /// <summary>Whether it can be part of a checkpoint.</summary>
    internal bool IsWhole => !IsReading && Count > 0;

    /// <summary>Takes an event, unless it is here already. Events that are let go already leave a hole; then it begins after that.</summary>
    internal void Take(long offset, ReadOnlySpan<byte> hash, string epoch)
    {
        if (offset < Next)
            return;

        if (offset > Next)
        {
            _events = new EventsRange();
            _from = offset;
        }

        hash.CopyTo(_hash);
        _events.Add(_hash);
        _epoch = epoch;
        Next = offset + 1;
    }

    internal CheckpointHead ToHead() => new(Channel, _epoch, Next - 1, _hash, _from, _events.Root());
}
