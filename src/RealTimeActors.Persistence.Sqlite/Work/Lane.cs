namespace RealTimeActors.Persistence.Sqlite.Work;

/// <summary>
/// What is under way for one stream, kept only while something is. Guarded by the gate of the journal.
/// </summary>
/// <remarks>Reads overtake the disk only where nothing of their stream is being written: a read waits here for the writes called before it.</remarks>
internal sealed class Lane(string stream)
{
    private readonly Queue<ReadWork> _parked = new();

    internal string Stream => stream;

    /// <summary>Writes called so far.</summary>
    internal long Called { get; private set; }

    /// <summary>Writes carried out so far.</summary>
    internal long Done { get; private set; }

    /// <summary>Reads that were handed to a reader and are not done. Added to only while no write of this stream is being carried out.</summary>
    internal List<ReadWork> Reading { get; } = [];

    internal bool HasWrites => Called != Done;

    internal bool IsIdle => !HasWrites && Reading.Count == 0 && _parked.Count == 0;

    internal void AddWrite() => Called++;

    internal void WriteDone() => Done++;

    internal void Park(ReadWork read)
    {
        read.After = Called;
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
}
