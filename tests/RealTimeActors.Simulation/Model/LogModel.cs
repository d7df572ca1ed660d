namespace RealTimeActors.Simulation.Model;

/// <summary>A channel's log: offsets 1 … head of one epoch, of which those up to the trim point are gone.</summary>
internal sealed class LogModel
{
    private readonly List<LogEntry> _entries = [];

    /// <summary>Counts the lives of the log.</summary>
    public int Epoch { get; private set; } = 1;

    public long Head => _entries.Count;

    /// <summary>Offsets up to here are lost to retention.</summary>
    public long Trim { get; private set; }

    public LogEntry this[long offset] => _entries[(int)offset - 1];

    public void Append(LogEntry entry) => _entries.Add(entry);

    /// <summary>Keeps the newest so many; what was let go does not come back.</summary>
    public void Retain(int count) => Trim = Math.Max(Trim, Head - count);

    /// <summary>A backup is restored: the log ends earlier, and begins another life.</summary>
    public void RestoreFrom(long head)
    {
        _entries.RemoveRange((int)head, _entries.Count - (int)head);
        Trim = Math.Min(Trim, head);
        Epoch++;
    }
}
