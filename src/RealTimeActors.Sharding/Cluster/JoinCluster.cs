namespace RealTimeActors.Sharding.Cluster;

/// <summary>Told once to a node's place that waits for it (<see cref="ClusterOptions.JoinsWhenTold"/>): from now on the node may be announced.</summary>
public sealed record JoinCluster;
