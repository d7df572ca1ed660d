using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes;

/// <summary>What a node of a cluster stands on: the database that all share, and the way to the other nodes.</summary>
public sealed record ClusterDoors
{
    /// <summary>The table of nodes.</summary>
    public required IMembershipStore Members { get; init; }

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.JoinsWhenTold"/>.</summary>
    public bool JoinsWhenTold { get; init; }

    /// <summary>Who should own which shard.</summary>
    public required ILeaseStore Leases { get; init; }

    /// <summary>What the owner of a shard writes to.</summary>
    public required IFencedJournals Journals { get; init; }

    /// <summary>The way from this life of the node to another member.</summary>
    public required Func<NodeIncarnation, ClusterMember, INodeDialer> DialerOf { get; init; }

    /// <summary>A node is not a member any more: the way to it is not needed again.</summary>
    public Action<NodeIncarnation> Forget { get; init; } = static _ => { };

    /// <summary>The node was declared dead, or another began under its name: its process has to end.</summary>
    public required Action<string> Died { get; init; }

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Draining"/>.</summary>
    public Action Draining { get; init; } = static () => { };

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Undrained"/>.</summary>
    public Action Undrained { get; init; } = static () => { };

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Waits"/>.</summary>
    public Action<string?, bool> Waits { get; init; } = static (_, _) => { };

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Looked"/>.</summary>
    public Action<IReadOnlyList<EdgeStanding>> Looked { get; init; } = static _ => { };

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.ClientAddress"/>.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Figures"/>.</summary>
    public PlaceFigures Figures { get; init; } = new();

    /// <summary>How busy the node is: 0 idle, 1 full.</summary>
    public Func<double> Load { get; init; } = static () => 0;

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.Lease"/>.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.MovePause"/>.</summary>
    public TimeSpan MovePause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>As of <see cref="Sharding.Cluster.ClusterOptions.MoveWithin"/>.</summary>
    public TimeSpan MoveWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>As of <see cref="LinkOptions.MessageBytesMax"/>.</summary>
    public int MessageBytesMax { get; init; } = 48 << 20;
}
