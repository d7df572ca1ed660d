namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>What a fault did.</summary>
/// <param name="Kind">Which it was.</param>
/// <param name="Node">Whom it met.</param>
/// <param name="Again">How long after it (after the database was up again, where that was gone) each publisher had a receipt for something that it began after it.</param>
internal sealed record FaultResult(FaultKind Kind, string Node, IReadOnlyList<TimeSpan> Again)
{
    /// <summary>When the last of them could publish again.</summary>
    internal TimeSpan Slowest => Again.Max();

    public override string ToString() =>
        FormattableString.Invariant($"{Kind} {Node}: publish works again after {Again.Order().ElementAt(Again.Count / 2).TotalMilliseconds:0} ms (p50 of the publishers), {Slowest.TotalMilliseconds:0} ms (the last)");
}
