namespace RealTimeActors.TestKit.Journals;

/// <summary>How often the interesting things happened, so that a simulation can show that they do.</summary>
public sealed class DiskCounts
{
    /// <summary>Flushes that succeeded.</summary>
    public long Flushes { get; internal set; }

    /// <summary>Writes that a crash took away before their flush.</summary>
    public long WritesLost { get; internal set; }

    /// <summary>Writes that a crash left on the disk although nobody was ever told.</summary>
    public long WritesKeptUnanswered { get; internal set; }

    /// <summary>Appends answered as unknown that are on the disk.</summary>
    public long UnknownWritten { get; internal set; }

    /// <summary>Appends answered as unknown that are not on the disk.</summary>
    public long UnknownNotWritten { get; internal set; }

    /// <summary>Writes refused because the disk was full.</summary>
    public long Refused { get; internal set; }

    /// <summary>Reads and loads that failed.</summary>
    public long ReadsFailed { get; internal set; }

    /// <summary>Times that a stream was trimmed while something was being added to it.</summary>
    public long TrimsDuringAppend { get; internal set; }

    /// <summary>Times that a snapshot was saved while something was being added to its stream.</summary>
    public long SnapshotsDuringAppend { get; internal set; }

    /// <summary>What goes to the disk together is under way together.</summary>
    internal void SeeTogether(List<SimulatedWrite> group)
    {
        foreach (var write in group)
        {
            if ((write.IsTrim || write.IsSnapshot) && group.Exists(other => other.IsAppend && other.Stream == write.Stream))
            {
                TrimsDuringAppend += write.IsTrim ? 1 : 0;
                SnapshotsDuringAppend += write.IsSnapshot ? 1 : 0;
            }
        }
    }
}
