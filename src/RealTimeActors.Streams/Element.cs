namespace RealTimeActors.Streams;

/// <summary>What the stages know of one event: enough to decide when it leaves, and whether it does. What it is stays with <paramref name="Value"/>.</summary>
/// <param name="Offset">Its place in the log.</param>
/// <param name="Lane">0 critical, 1 high, 2 normal, 3 low.</param>
/// <param name="Type">What debounce and conflation let pass when it is one of the immediate types.</param>
/// <param name="Key">What conflation goes by; null or empty: it has none.</param>
/// <param name="Bytes">What it counts for in every bound of bytes.</param>
/// <param name="ExpiresUnixMs">From then on it is of no use; <see cref="long.MaxValue"/>: never.</param>
/// <param name="Value">The event itself.</param>
public readonly record struct Element<T>(long Offset, int Lane, string Type, string? Key, int Bytes, long ExpiresUnixMs, T Value);
