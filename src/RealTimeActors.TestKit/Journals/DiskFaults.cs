namespace RealTimeActors.TestKit.Journals;

/// <summary>What goes wrong with a disk. Chances run from 0 (never) to 1 (always).</summary>
public sealed class DiskFaults
{
    private bool _isStalled;

    /// <summary>No flush ends, until this is false again.</summary>
    public bool IsStalled
    {
        get => _isStalled;
        set
        {
            _isStalled = value;
            if (!value)
                Healed?.Invoke();
        }
    }

    /// <summary>Every write fails for want of room; reads go on.</summary>
    public bool IsFull { get; set; }

    /// <summary>The least time of a flush. Default 200 µs.</summary>
    public TimeSpan FlushMin { get; set; } = TimeSpan.FromMicroseconds(200);

    /// <summary>The most time of a flush: raise both for a slow disk. Default 2 ms.</summary>
    public TimeSpan FlushMax { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The most time from the flush to the answers: a crash in between leaves rows that nobody was told of. Default 300 µs.</summary>
    public TimeSpan AnswerMax { get; set; } = TimeSpan.FromMicroseconds(300);

    /// <summary>The most time of a read. Default 1 ms.</summary>
    public TimeSpan ReadMax { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The chance that the outcome of a group commit cannot be learnt; in half of these cases it was written.</summary>
    public double UnknownCommitChance { get; set; }

    /// <summary>The chance that a read, load or list fails.</summary>
    public double ReadFailureChance { get; set; }

    /// <summary>The chance that a crash in the middle of a flush leaves the first writes of it on the disk; otherwise none. Each row is whole or absent.</summary>
    public double TornFlushChance { get; set; } = 0.5;

    /// <summary>Everything works again; the latencies stay.</summary>
    public void Heal()
    {
        IsFull = false;
        UnknownCommitChance = 0;
        ReadFailureChance = 0;
        IsStalled = false;
    }

    internal Action? Healed { get; set; }
}
