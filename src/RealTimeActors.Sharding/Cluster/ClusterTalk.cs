using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What nodes tell each other about shards, to be faster than the database is looked at. Losing it costs time.</summary>
/// <param name="From">Who says it.</param>
public abstract record ClusterTalk(NodeIncarnation From)
{
    /// <summary>These shards are mine, with the epochs of their fences.</summary>
    public sealed record Owns(NodeIncarnation From, IReadOnlyList<OwnedShard> Shards) : ClusterTalk(From);

    /// <summary>My shard is going to move: hold what is for it. Answered by <see cref="Held"/>.</summary>
    public sealed record Hold(NodeIncarnation From, OwnedShard Shard) : ClusterTalk(From);

    /// <summary>Nothing more comes from me for that shard until somebody says that it is his.</summary>
    public sealed record Held(NodeIncarnation From, OwnedShard Shard) : ClusterTalk(From);

    /// <summary>I have given the shard back for you to take; because an operator says so (<paramref name="IsOrdered"/>), and then balance leaves it with you.</summary>
    public sealed record Offer(NodeIncarnation From, OwnedShard Shard, bool IsOrdered) : ClusterTalk(From);

    /// <summary>Clients reach me there: an address that a client can be sent to.</summary>
    public sealed record ReachedAt(NodeIncarnation From, string Address) : ClusterTalk(From);

    /// <summary>What do you count? Answered by <see cref="Counts"/> with the same number.</summary>
    public sealed record Count(NodeIncarnation From, long Number) : ClusterTalk(From);

    /// <summary>This is what I count.</summary>
    public sealed record Counts(NodeIncarnation From, long Number, NodeFigures Figures) : ClusterTalk(From);
}
