using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What a <see cref="ClusterActor"/> is made with.</summary>
public sealed record ClusterOptions
{
    /// <summary>The role of nodes that take shards.</summary>
    public const string CoreRole = "core";

    /// <summary>The role of nodes that take clients.</summary>
    public const string EdgeRole = "edge";

    /// <summary>What a node that hands everything over says of its load, so that nobody thinks of giving it any.</summary>
    public const double DrainingLoad = 1e6;

    /// <summary>The same of a node that none of the others lets in. It is no less than <see cref="DrainingLoad"/>: either takes nothing.</summary>
    public const double ApartLoad = 2e6;

    /// <summary>What an edge that reaches no core says of its load, so that nobody sends it clients.</summary>
    public const double WithoutCoreLoad = 5e5;

    /// <summary>The same of an edge that starts, and that nobody has let in yet. It is no less than <see cref="WithoutCoreLoad"/>: either takes no clients.</summary>
    public const double StartingLoad = 7.5e5;

    /// <summary>How many leases the sign of life of an edge counts that does not take part yet. So long, at most, the name of one that was killed at its start is not free.</summary>
    public const int StartingLeases = 3;

    /// <summary>The name under which every node knows the others' cluster actors.</summary>
    public const string WellKnownName = "cluster";

    /// <summary>What the node says of itself.</summary>
    public required NodeAnnouncement Announcement { get; init; }

    /// <summary>Whether the node is announced only when it was told <see cref="JoinCluster"/>: somebody has to find out first whether it can work at all.</summary>
    public bool JoinsWhenTold { get; init; }

    /// <summary>How many shards there are, the same on all nodes.</summary>
    public required int Shards { get; init; }

    /// <summary>The table of nodes.</summary>
    public required IMembershipStore Members { get; init; }

    /// <summary>Who should own which shard.</summary>
    public required ILeaseStore Leases { get; init; }

    /// <summary>What the owner of a shard writes to.</summary>
    public required IFencedJournals Journals { get; init; }

    /// <summary>The regions whose shards are placed.</summary>
    public required IReadOnlyList<ClusterRegion> Regions { get; init; }

    /// <summary>Starts the link to another node: this node's incarnation, the other one, whether this side dials, and who is told how it stands.</summary>
    public required Func<NodeIncarnation, ClusterMember, bool, IActorRef<LinkReport>, IActorRef<object>> StartLink { get; init; }

    /// <summary>The link to a node has been stopped, because it is not a member any more: what is remembered for it can go.</summary>
    public Action<NodeIncarnation> LinkStopped { get; init; } = static _ => { };

    /// <summary>The well-known actors of the other nodes, for the links.</summary>
    public required NodeActorsRef Others { get; init; }

    /// <summary>Where it is counted what becomes of the node's shards.</summary>
    public PlaceFigures Figures { get; init; } = new();

    /// <summary>How busy the node is: 0 idle, 1 full.</summary>
    public Func<double> Load { get; init; } = static () => 0;

    /// <summary>The node was declared dead, or another began under its name: it has to end.</summary>
    public required Action<string> Died { get; init; }

    /// <summary>An operator wants the node to hand everything over: its clients should go, too. Not again before <see cref="Undrained"/>.</summary>
    public Action Draining { get; init; } = static () => { };

    /// <summary>An operator wants the node to take shards and clients again.</summary>
    public Action Undrained { get; init; } = static () => { };

    /// <summary>Told why the node takes no part in the cluster yet, and whether that is anything but the ordinary course of a start; null: it does from now on.</summary>
    public Action<string?, bool> Waits { get; init; } = static (_, _) => { };

    /// <summary>What is counted of a shard that is here. Default: nothing is.</summary>
    public Func<int, ShardCounts> CountsOf { get; init; } = static _ => default;

    /// <summary>What is counted of the clients that are connected to the node. Default: nothing is.</summary>
    public Func<ClientCounts> Clients { get; init; } = static () => default;

    /// <summary>Told at every sign of life of the edges that clients could go to: the others that are linked and take them, by name.</summary>
    public Action<IReadOnlyList<EdgeStanding>> Looked { get; init; } = static _ => { };

    /// <summary>Where clients reach this node itself, for the other edges, which name it to clients that they send away; null: the load balancer knows.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>How long a question waits for what the other nodes count. Default 250 ms.</summary>
    public TimeSpan FiguresWithin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a lease and a sign of life count. Default 3 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The least time between two moves of shards that are made for balance. Default 250 ms.</summary>
    public TimeSpan MovePause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a move waits for the other nodes, and then as long again for its entities, before it is called off. Default 1 s.</summary>
    public TimeSpan MoveWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Simulation only.</summary>
    internal PlantedShardBug Bug { get; init; }
}
