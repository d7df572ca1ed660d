using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>The cluster as one node sees it.</summary>
/// <param name="Me">Which node; null: it is no member yet.</param>
/// <param name="View">The members.</param>
/// <param name="Linked">The nodes that it has a direct link with, in ordinal order.</param>
/// <param name="Shards">By shard: the owner's name and the epoch; null where none is known.</param>
public sealed record ClusterStanding(NodeIncarnation? Me, MembershipView View, IReadOnlyList<string> Linked, IReadOnlyList<(string Node, long Epoch)?> Shards);
