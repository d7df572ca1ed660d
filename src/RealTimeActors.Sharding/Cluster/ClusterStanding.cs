using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>The cluster as one node sees it.</summary>
/// <param name="Me">Which node; null: it is no member yet.</param>
/// <param name="View">The members.</param>
/// <param name="Linked">The nodes that it has a direct link with, in ordinal order.</param>
/// <param name="Shards">By shard: the owner's name and the epoch; null where none is known.</param>
public sealed record ClusterStanding(NodeIncarnation? Me, MembershipView View, IReadOnlyList<string> Linked, IReadOnlyList<(string Node, long Epoch)?> Shards)
{
    /// <summary>Shards whose owner has given them back, or is gone: they wait for the next one. In order.</summary>
    public IReadOnlyList<int> Free { get; init; } = [];

    /// <summary>Shards that are being handed over just now, as far as this node has a part in it. In order.</summary>
    public IReadOnlyList<int> Moving { get; init; } = [];

    /// <summary>The nodes that take no part although no operator wants it so, by name, and why, as far as this node knows: none of the others lets it in, or it is an edge that starts and was not let in yet, or one that reaches no core.</summary>
    public IReadOnlyDictionary<string, string> Apart { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the nodes count, by the name and number of their life (<c>core-1#4</c>); without those that did not answer, and empty where it was not asked for.</summary>
    public IReadOnlyDictionary<string, NodeFigures> Figures { get; init; } = new SortedDictionary<string, NodeFigures>(StringComparer.Ordinal);
}
