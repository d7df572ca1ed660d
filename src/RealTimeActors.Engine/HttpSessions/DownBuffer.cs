using System.Buffers;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>
/// What is on its way down to one client: lines that wait, which become a batch when somebody fetches them, and the newest batches that were fetched, so that they can be
/// fetched again. Not safe for several threads.
/// </summary>
/// <param name="waitingBytesMax">Bytes that may wait; it is overstepped by one line where that is longer.</param>
/// <param name="keptMax">Batches that are kept.</param>
/// <param name="keptBytesMax">Bytes of them; the newest is kept whatever its length.</param>
internal sealed class DownBuffer(int waitingBytesMax, int keptMax, int keptBytesMax)
{
    private readonly Queue<Batch> _kept = new();
    private long _keptBytes;
    private ArrayBufferWriter<byte>? _waiting;

    /// <summary>The number of the newest batch; 0: none was fetched yet.</summary>
    internal long Last { get; private set; }

    /// <summary>Batches up to this one cannot be fetched again.</summary>
    internal long ForgottenTo { get; private set; }

    internal int WaitingBytes => _waiting?.WrittenCount ?? 0;

    /// <summary>Takes as many of the bytes as there is room for, up to the end of a line wherever that is possible, and says how many.</summary>
    /// <param name="bytes">Lines; they may begin and end in the middle of one.</param>
    /// <param name="waitingMax">Bounds what may wait more narrowly than usual.</param>
    internal int Take(ReadOnlySpan<byte> bytes, int waitingMax = int.MaxValue)
    {
        var room = Math.Min(waitingBytesMax, waitingMax) - WaitingBytes;
        if (room <= 0 || bytes.IsEmpty)
            return 0;

        var taken = bytes.Length <= room ? bytes.Length : Cut(bytes, room);
        Append(bytes[..taken]);
        return taken;
    }

    /// <summary>Adds a line that must get through, however much waits. Of a line that is there in part only nothing is left.</summary>
    internal void AppendLast(ReadOnlySpan<byte> line)
    {
        if (_waiting is { } waiting)
        {
            var whole = waiting.WrittenSpan[..(waiting.WrittenSpan.LastIndexOf((byte)'\n') + 1)].ToArray();
            waiting.ResetWrittenCount();
            waiting.Write(whole);
        }

        Append(line);
    }

    /// <summary>Whether what follows this batch is still here. 0: everything from the beginning.</summary>
    internal bool CanFollow(long number) => number >= ForgottenTo && number <= Last;

    /// <summary>When the oldest batch that is kept was fetched; null: none is kept.</summary>
    internal long? OldestFetchedAt => _kept.TryPeek(out var oldest) ? oldest.FetchedAt : null;

    /// <summary>The batch after this one: one that was fetched before, or, after the newest, whatever waits, which is fetched now; null: nothing does.</summary>
    internal Batch? Next(long after, long now = 0)
    {
        foreach (var batch in _kept)
        {
            if (batch.Number == after + 1)
                return batch;
        }

        return after == Last ? Seal(now) : null;
    }

    /// <summary>Everything up to this batch has arrived and will not be asked for again.</summary>
    internal void Forget(long upTo)
    {
        while (_kept.TryPeek(out var oldest) && oldest.Number <= upTo)
            ForgetOldest();
    }

    /// <summary>Gives up the oldest batch.</summary>
    internal void ForgetOldest()
    {
        var oldest = _kept.Dequeue();
        _keptBytes -= oldest.Lines.Length;
        ForgottenTo = oldest.Number;
    }

    private Batch? Seal(long now)
    {
        if (_waiting is not { WrittenCount: > 0 } waiting)
            return null;

        var written = waiting.WrittenSpan;
        var length = written.LastIndexOf((byte)'\n') + 1;
        if (length == 0)
            return null;

        var batch = new Batch(++Last, written[..length].ToArray(), now);
        if (length == written.Length)
        {
            _waiting = null;
        }
        else
        {
            var rest = written[length..].ToArray();
            waiting.ResetWrittenCount();
            waiting.Write(rest);
        }

        _kept.Enqueue(batch);
        _keptBytes += length;
        while (_kept.Count > 1 && (_kept.Count > keptMax || _keptBytes > keptBytesMax))
            ForgetOldest();

        return batch;
    }

    private void Append(ReadOnlySpan<byte> bytes) => (_waiting ??= new ArrayBufferWriter<byte>(Math.Max(bytes.Length, 256))).Write(bytes);

    /// <summary>The end of the last line that fits; of the first where none does.</summary>
    private static int Cut(ReadOnlySpan<byte> bytes, int room)
    {
        var fitting = bytes[..room].LastIndexOf((byte)'\n') + 1;
        if (fitting > 0)
            return fitting;

        var first = bytes.IndexOf((byte)'\n') + 1;
        return first > 0 ? first : bytes.Length;
    }
}
