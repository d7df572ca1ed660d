namespace RealTimeActors.Sharding.Cluster;

/// <summary>What a node counts of the clients that are connected to it.</summary>
/// <param name="Connections">How many there are.</param>
/// <param name="Behind">Events that are committed and were not written yet to the subscriptions that they are for, all of them together. It is added up once a second.</param>
public readonly record struct ClientCounts(long Connections, long Behind);
