namespace RealTimeActors.Sharding.Cluster;

/// <summary>Another edge that clients could go to.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Load">How busy it said last that it is: 0 idle, 1 full.</param>
/// <param name="Address">Where clients reach it itself; null: it did not say.</param>
public sealed record EdgeStanding(string Node, double Load, string? Address);
