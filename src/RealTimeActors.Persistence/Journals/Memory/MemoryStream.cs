namespace RealTimeActors.Persistence.Journals.Memory;

/// <summary>One stream: the rows that reach beyond the trim point, and the newest snapshot.</summary>
internal sealed class MemoryStream
{
    internal List<JournalRow> Rows { get; } = [];

    internal long Trim { get; set; }

    internal long Last { get; set; }

    internal long LastWriteMs { get; set; }

    internal Snapshot? Snapshot { get; set; }

    /// <summary>The index of the row that holds the sequence, or of the first one after it.</summary>
    internal int IndexOf(long sequence)
    {
        var (low, high) = (0, Rows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Rows[middle].Last < sequence)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    internal MemoryStream Copy()
    {
        var copy = new MemoryStream { Trim = Trim, Last = Last, LastWriteMs = LastWriteMs, Snapshot = Snapshot };
        copy.Rows.AddRange(Rows);
        return copy;
    }
}
