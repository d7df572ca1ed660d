namespace RealTimeActors.Persistence.Journals;

/// <summary>The name of one stream of the journal, as <c>channel/funding.grants</c> or <c>session/s-…</c>. Ordinal, at most 512 bytes of UTF-8.</summary>
public readonly record struct StreamId(string Value) : IComparable<StreamId>
{
    /// <inheritdoc/>
    public int CompareTo(StreamId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
