namespace RealTimeActors.Simulation.Model;

/// <summary>
/// The server's half: how far one session has read one channel. Moves forward by acks only, never past the head; back only by an
/// explicit seek, by a new epoch, or by a crash that lost what was not journaled yet.
/// </summary>
internal sealed class CursorModel(int epoch, long offset)
{
    private OffsetSet _done = new(offset);
    private CursorModel? _journaled;

    public int Epoch { get; private set; } = epoch;

    public long Prefix => _done.Prefix;

    /// <summary>The highest offset that an ack ever named in this epoch, since the last seek.</summary>
    public long HighestAck { get; private set; } = offset;

    public bool Contains(long o) => _done.Contains(o);

    /// <summary>Takes an ack. One of another epoch says nothing; what is beyond the head is cut off.</summary>
    public void Take(AckModel ack, long head)
    {
        if (ack.Epoch != Epoch)
            return;

        Take(1, ack.Offset, head);
        foreach (var range in ack.Ranges)
            Take(range.From, range.To, head);
    }

    /// <summary>The session gave up on an offset that it could not process: it is in the dead-letter channel and counts as acked.</summary>
    public void GiveUpOn(long offset)
    {
        _done.Add(offset);
        HighestAck = Math.Max(HighestAck, offset);
    }

    /// <summary>Starts anew after that offset: an explicit seek, or the beginning of another epoch.</summary>
    public void Seek(int epoch, long offset)
    {
        Epoch = epoch;
        _done = new OffsetSet(offset);
        HighestAck = offset;
    }

    /// <summary>The present position is on disk.</summary>
    public void Journal() => _journaled = new CursorModel(Epoch, 0) { _done = _done.Copy(), HighestAck = HighestAck };

    /// <summary>What a crash leaves.</summary>
    public CursorModel Recovered()
    {
        var from = _journaled ?? throw new InvalidOperationException("The subscription itself was never journaled.");
        var recovered = new CursorModel(from.Epoch, 0) { _done = from._done.Copy(), HighestAck = from.HighestAck };
        recovered.Journal();
        return recovered;
    }

    private void Take(long from, long to, long head)
    {
        to = Math.Min(to, head);
        if (to < from)
            return;

        _done.Add(Math.Max(from, _done.Floor + 1), to);
        HighestAck = Math.Max(HighestAck, to);
    }
}
