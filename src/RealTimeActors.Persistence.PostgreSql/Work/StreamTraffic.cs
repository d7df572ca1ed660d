using RealTimeActors.Persistence.PostgreSql.Writing;

namespace RealTimeActors.Persistence.PostgreSql.Work;

/// <summary>
/// What is under way for one stream, kept only while something is. Guarded by the gate of the store.
/// </summary>
/// <remarks>
/// A read waits for the writes that were called before it. Writes do not wait for reads: what they commit meanwhile may be seen by a read that was called before them, so what was
/// seen is held until it is known what became of them, and what they brought is left out.
/// </remarks>
internal sealed class StreamTraffic(string stream, Writer writer)
{
    private readonly LinkedList<ReadWork> _reads = new();
    private long _called;
    private long _sent;
    private long _done;

    internal string Stream => stream;

    /// <summary>Who writes it; there is one at a time, so that its order is kept.</summary>
    internal Writer Writer => writer;

    /// <summary>Whether somebody is telling its readers: answers of one stream are told one after the other.</summary>
    internal bool IsTelling { get; set; }

    internal bool IsIdle => _called == _done && _reads.Count == 0 && !IsTelling;

    internal bool HasReads => _reads.Count > 0;

    /// <returns>The place of the write among those of its stream.</returns>
    internal long AddWrite() => ++_called;

    /// <summary>Writes up to this one are on their way to the database: whoever looks from now on may see them.</summary>
    internal void WriteSent(long number) => _sent = number;

    /// <summary>The next write was answered.</summary>
    /// <param name="number">Which.</param>
    /// <param name="endBefore">Where the stream ended before it; null: its end was not moved.</param>
    internal void WriteDone(long number, long? endBefore)
    {
        _done = number;
        if (endBefore is not { } end)
            return;

        foreach (var read in _reads)
        {
            if (read.After < number && read.EndMax == long.MaxValue)
                read.EndMax = end;
        }
    }

    internal void AddRead(ReadWork read)
    {
        read.After = _called;
        _reads.AddLast(read);
    }

    /// <summary>Takes the next read whose writes are all carried out; it stays in its place among the answers.</summary>
    internal bool TryBegin(out ReadWork read)
    {
        for (var node = _reads.First; node is not null && node.Value.After <= _done; node = node.Next)
        {
            read = node.Value;
            if (read.HasBegun)
                continue;

            read.HasBegun = true;
            return true;
        }

        read = null!;
        return false;
    }

    /// <summary>Somebody has looked for this read.</summary>
    internal void Looked(ReadWork read) => read.MayShow = _sent;

    /// <summary>Takes the next read that can be told: first come, first told.</summary>
    internal bool TryTakeTold(out ReadWork read)
    {
        if (_reads.First is { Value: { Reply: not null } next } && next.MayShow <= _done)
        {
            _reads.RemoveFirst();
            read = next;
            return true;
        }

        read = null!;
        return false;
    }
}
