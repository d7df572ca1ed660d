using RealTimeActors.Actors;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Sharding;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>Nodes made of the real engine, on one database, each a process of its own that may end at any moment.</summary>
internal sealed class SimulatedCluster : IServerSide
{
    private readonly SortedDictionary<string, NodeLife> _lives = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _starts = new(StringComparer.Ordinal);
    private readonly Xoshiro256 _asked;

    public SimulatedCluster(SimulatedWorld world, SimulatedNetwork network, ClusterPlan plan, EngineOptions options, IAuthenticator? authenticator, ICheckpointSigner? signer)
    {
        World = world;
        Clients = network;
        Plan = plan;
        Options = options;
        Authenticator = authenticator;
        Signer = signer;
        Links = new NodeNetwork(world.Time, world.Entropy.Fork("links"));
        Database = new SimulatedDatabase(world.Entropy.Fork("database"), world.Time) { SkipsFences = options.Bug == PlantedBug.FenceSkipped };
        _asked = world.Entropy.Fork("asked").Numbers;
    }

    public SimulatedWorld World { get; }

    /// <summary>Where clients come from.</summary>
    public SimulatedNetwork Clients { get; }

    public ClusterPlan Plan { get; }

    public EngineOptions Options { get; }

    public IAuthenticator? Authenticator { get; }

    public ICheckpointSigner? Signer { get; }

    /// <summary>Between the nodes.</summary>
    public NodeNetwork Links { get; }

    public SimulatedDatabase Database { get; }

    public SimulatedDisk Disk => Database.Disk;

    /// <summary>What goes wrong on the way of every node to the database; that of one is in its life.</summary>
    public DatabaseFaults Faults { get; } = new();

    /// <summary>Exceptions that actors did not catch.</summary>
    public List<ActorFault> ActorFaults { get; } = [];

    /// <summary>Told of the end of a node's life that nobody has ordered, and why it ended.</summary>
    public Action<string, string>? Died { get; set; }

    /// <summary>The processes that run, in the order of their names.</summary>
    public IReadOnlyCollection<NodeLife> Lives => _lives.Values;

    public bool IsUp => _lives.Count == Plan.Nodes.Count();

    public bool IsDiskIdle => false;

    public RealTimeEngine? Engine => _lives.Count == 0 ? null : _lives.Values.ElementAt(_asked.Below(_lives.Count)).Node.Engine;

    public TimeSpan LinkedFor(string node, string session)
    {
        if (Database.OwnerOf(ShardMap.ShardOf(session, Options.Shards)) is not { } owner || Find(node)?.Self is not { } self)
            return TimeSpan.Zero;

        return self == $"{owner}" ? TimeSpan.MaxValue : Links.ConnectedFor(self, $"{owner}");
    }

    /// <summary>Where the database is away for a while, streams cannot be read.</summary>
    public ActorFault? UnexpectedFault(FaultPlan plan) => ActorFaults.Count == 0 ? null : ActorFaults.Find(fault => fault.Exception is not JournalUnavailableException);

    public void Start()
    {
        foreach (var (name, _, _) in Plan.Nodes)
            Start(name);
    }

    public void Crash()
    {
        foreach (var life in _lives.Values.ToArray())
            life.Crash();
    }

    public void End(ActorCell actor) => throw new NotSupportedException("Actors of a cluster end with their shard or their node.");

    public Action BackUp()
    {
        var copy = Database.TakeCopy();
        return () => Database.Restore(copy);
    }

    public void Dispose()
    {
        // What becomes of it from here on is nobody's business any more.
        Database.Tap = null;
        Crash();
    }

    public NodeLife? Find(string name) => _lives.GetValueOrDefault(name);

    /// <summary>Starts the process of a node that does not run.</summary>
    public void Start(string name)
    {
        if (_lives.ContainsKey(name))
            return;

        var number = _starts[name] = _starts.GetValueOrDefault(name) + 1;
        _lives.Add(name, new NodeLife(this, name, number));
    }

    internal void Remove(NodeLife life) => _lives.Remove(life.Name);
}
