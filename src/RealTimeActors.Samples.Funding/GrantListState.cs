namespace RealTimeActors.Samples.Funding;

/// <summary>The list as of an offset.</summary>
/// <param name="Epoch">The life of the log.</param>
/// <param name="Offset">Up to here it is folded.</param>
/// <param name="Amounts">By grant.</param>
internal sealed record GrantListState(string Epoch, long Offset, Dictionary<string, decimal> Amounts);
