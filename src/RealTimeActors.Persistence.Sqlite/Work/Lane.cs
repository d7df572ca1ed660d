namespace RealTimeActors.Persistence.Sqlite.Work;

/// <summary>
/// What is under way for one stream, kept only while something is. Guarded by the gate of the journal.
/// </summary>
/// <remarks>
/// Reads overtake the disk only where nothing of their stream is being written: otherwise a read waits here for the writes called before it. Writes do not wait for reads:
/// the first append called after a read tells it where the stream ended, and it shows nothing beyond.
/// </remarks>
internal sealed class Lane(string stream)
{
    private readonly Queue<ReadWork> _parked = new();
    private readonly LinkedList<ReadWork> _endOpen = new();
    private int _reading;

    internal string Stream => stream;

    /// <summary>Writes called so far.</summary>
    internal long Called { get; private set; }

    /// <summary>Writes carried out and answered so far.</summary>
    internal long Done { get; private set; }

    internal bool HasWrites => Called != Done;

    /// <summary>Whether reads are under way that do not know yet where the stream ended for them.</summary>
    internal bool HasOpenReads => _endOpen.Count > 0;

    internal bool IsIdle => !HasWrites && _reading == 0 && _parked.Count == 0;

    /// <returns>The place of the write among those of its stream.</returns>
    internal long AddWrite() => ++Called;

    internal void WriteDone() => Done++;

    /// <summary>A read was called: it waits for the writes before it.</summary>
    internal void Park(ReadWork read)
    {
        Open(read);
        _parked.Enqueue(read);
    }

    /// <summary>Takes the next read whose writes are all carried out.</summary>
    internal bool TryUnpark(out ReadWork read)
    {
        if (_parked.TryPeek(out read!) && read.After <= Done)
        {
            _parked.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>A read waits for nothing of its stream any more.</summary>
    internal void BeginRead(ReadWork read)
    {
        Open(read);
        _reading++;
    }

    internal void EndRead(ReadWork read)
    {
        _reading--;
        if (read.OpenNode?.List is not null)
            _endOpen.Remove(read.OpenNode);
    }

    /// <summary>A write is being carried out that moves the end: reads called before it may not see it.</summary>
    internal void MoveEnd(long write, long endBefore)
    {
        while (_endOpen.First is { Value: var read } node && read.After < write)
        {
            read.EndMax = endBefore;
            _endOpen.Remove(node);
        }
    }

    private void Open(ReadWork read)
    {
        if (read.OpenNode is not null)
            return;

        read.After = Called;
        read.OpenNode = _endOpen.AddLast(read);
    }
}
