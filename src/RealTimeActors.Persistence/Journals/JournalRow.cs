namespace RealTimeActors.Persistence.Journals;

/// <summary>
/// One row of the journal: a run of <paramref name="Count"/> ≥ 1 entries of one stream, with sequences <paramref name="First"/> …
/// First+Count-1, in one payload. What an entry is, and its format version, is the owner's affair.
/// </summary>
public sealed record JournalRow(long First, int Count, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The sequence of the run's last entry.</summary>
    public long Last => First + Count - 1;
}
