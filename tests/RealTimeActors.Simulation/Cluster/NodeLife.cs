using RealTimeActors.Actors;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>The process of a node, from its start to its end.</summary>
internal sealed class NodeLife
{
    private readonly SimulatedCluster _cluster;
    private readonly ActorKernel _kernel;
    private readonly SimulatedAccess _access;
    private readonly SimulatedFencedJournals _journals;
    private readonly DiskFaults _disk = new();
    private bool _isCut;
    private TimeSpan _reachesSince;
    private TimeSpan _runsSince;

    public NodeLife(SimulatedCluster cluster, string name, int number)
    {
        _cluster = cluster;
        Name = name;
        Process = $"{name}/{number}";
        _reachesSince = _runsSince = cluster.World.Time.Elapsed;
        SeededEntropy entropy = cluster.World.Entropy.Fork($"node/{name}/{number}");
        var (_, isCore, isEdge) = cluster.Plan.Nodes.First(node => node.Name == name);
        _kernel = cluster.World.NewSystem();
        _kernel.ObserveFaults(cluster.ActorFaults.Add);
        _access = cluster.Database.Open($"{name}/{number}");
        _journals = cluster.Database.OpenJournals(_disk, Process);
        ClusterNode? node = null;
        cluster.Links.Add(name, (self, peer) => node?.LinkTo(self, peer));
        string[] roles = [.. isCore ? new[] { ClusterOptions.CoreRole } : [], .. isEdge ? new[] { "edge" } : []];
        node = Node = new ClusterNode(
            _kernel,
            new ClusterDoors
            {
                Members = _access,
                Leases = _access,
                Journals = _journals,
                Lease = cluster.Plan.Lease,
                DialerOf = (me, other) =>
                {
                    Self = $"{me}";
                    return cluster.Links.DialerOf($"{me}", $"{other.Self}");
                },
                Died = why =>
                {
                    Crash();
                    cluster.Died?.Invoke(name, why);
                },
            },
            entropy,
            new NodeAnnouncement(name, name, roles),
            cluster.Options with { Node = name },
            new EngineServices { Authenticator = cluster.Authenticator, Signer = cluster.Signer });
        Follow();
        if (isEdge)
            cluster.Clients.Listen(transport => Node.Engine.Open(transport), name, cluster.Plan.SpreadsRequests ? Node.Engine.Relays : null);
    }

    public string Name { get; }

    /// <summary>Name and number of the process.</summary>
    public string Process { get; }

    /// <summary>For how long it has not stood still.</summary>
    public TimeSpan RunsFor => IsPaused ? TimeSpan.Zero : _cluster.World.Time.Elapsed - _runsSince;

    /// <summary>For how long the database has been there for it.</summary>
    public TimeSpan ReachesDatabaseFor => _cluster.World.Time.Elapsed - _reachesSince;

    public ClusterNode Node { get; }

    /// <summary>Name and number of the incarnation; null until it has met another node.</summary>
    public string? Self { get; private set; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>It does not reach the database.</summary>
    public bool IsCut
    {
        set
        {
            _isCut = value;
            Follow();
        }
    }

    /// <summary>It stands still.</summary>
    public bool IsPaused => _cluster.World.Dispatcher.IsPaused(_kernel);

    public void Pause() => _cluster.World.Dispatcher.Pause(_kernel);

    public void Resume()
    {
        if (IsPaused)
            _runsSince = _cluster.World.Time.Elapsed;

        _cluster.World.Dispatcher.Resume(_kernel);
    }

    public void Tell(ClusterOrder order) => Node.Place.Tell(order);

    /// <summary>What goes wrong with the database has changed.</summary>
    public void Follow()
    {
        var faults = _cluster.Faults;
        var isAway = faults.IsAway || _isCut;
        _reachesSince = _cluster.World.Time.Elapsed;
        _access.IsCut = isAway;
        _access.LatencyMax = faults.LatencyMax;
        _access.LostAnswerChance = faults.LostAnswerChance;
        _disk.FlushMax = faults.LatencyMax > TimeSpan.FromMilliseconds(2) ? faults.LatencyMax : TimeSpan.FromMilliseconds(2);
        _disk.UnknownCommitChance = faults.LostAnswerChance;
        _disk.IsFull = faults.IsFull;
        _disk.ReadFailureChance = isAway ? 1 : 0;
        if (_disk.IsStalled != isAway)
            _disk.IsStalled = isAway;
    }

    /// <summary>From one moment to the next nothing of it runs any more.</summary>
    public void Crash()
    {
        if (!IsAlive)
            return;

        IsAlive = false;
        _journals.Crash();
        _access.Dispose();
        _kernel.Kill();
        _cluster.World.Dispatcher.Resume(_kernel);
        _cluster.Links.Crash(Name);
        _cluster.Clients.NodeDown(Name);
        _cluster.Remove(this);
    }
}
