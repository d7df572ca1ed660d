namespace RealTimeActors.Edge;

/// <summary>What a node says of itself.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="Journal">Which journal it keeps: <c>sqlite</c> or <c>memory</c>.</param>
/// <param name="StartedAt">Since when it runs.</param>
public sealed record NodeDescription(string Node, string Version, string Journal, DateTimeOffset StartedAt);
