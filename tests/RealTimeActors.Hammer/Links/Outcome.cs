namespace RealTimeActors.Hammer.Links;

/// <summary>What became of a compare-and-set.</summary>
/// <param name="IsRejected">The entry had another version.</param>
/// <param name="Present">The entry as it is now.</param>
/// <param name="Offset">Where it is in the log; 0 where it was rejected.</param>
/// <param name="IsDuplicate">It had been done before.</param>
internal sealed record Outcome(bool IsRejected, Seen Present, long Offset, bool IsDuplicate);
