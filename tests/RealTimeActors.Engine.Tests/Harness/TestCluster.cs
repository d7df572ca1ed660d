using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Protocol;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.TestKit.Access;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>Nodes made of the real engine, on one simulated database and a simulated network, in virtual time.</summary>
internal sealed class TestCluster
{
    private readonly SortedDictionary<string, Life> _nodes = new(StringComparer.Ordinal);
    private int _asked;

    /// <param name="options">Of every engine.</param>
    /// <param name="cores">Nodes <c>core-1</c> … that take shards.</param>
    /// <param name="edges">Nodes <c>edge-1</c> … that take connections only.</param>
    /// <param name="seed">Of everything that happens by chance.</param>
    /// <param name="asksForTokens">Whether clients have to say who they are.</param>
    /// <param name="signer">Who signs checkpoints; null: there are none.</param>
    internal TestCluster(EngineOptions? options = null, int cores = 3, int edges = 2, ulong seed = 1, bool asksForTokens = false, ICheckpointSigner? signer = null)
    {
        Signer = signer;
        Options = (options ?? new EngineOptions()) with { Shards = 8 };
        World = new SimulatedWorld(seed);
        Network = new NodeNetwork(World.Time, World.Entropy.Fork("network"));
        Database = new SimulatedDatabase(World.Entropy.Fork("database"), World.Time);
        Tokens = asksForTokens ? new SimulatedTokens(World.Time) : null;
        for (var i = 1; i <= cores; i++)
            Start($"core-{i}");

        for (var i = 1; i <= edges; i++)
            Start($"edge-{i}");

        Advance(3);
    }

    internal EngineOptions Options { get; }

    internal SimulatedWorld World { get; }

    internal NodeNetwork Network { get; }

    internal SimulatedDatabase Database { get; }

    internal SimulatedTokens? Tokens { get; }

    private ICheckpointSigner? Signer { get; }

    /// <summary>Actors that failed, on any node.</summary>
    internal List<ActorFault> Faults { get; } = [];

    /// <summary>Which nodes have let go of which others.</summary>
    internal List<(string Node, NodeIncarnation Gone)> Forgotten { get; } = [];

    internal ClusterNode this[string name] => _nodes[name].Node;

    internal void Start(string name)
    {
        var life = new Life(this, name);
        _nodes[name] = life;
    }

    /// <summary>kill -9 of a node.</summary>
    internal void Crash(string name)
    {
        _nodes[name].Crash();
        _nodes.Remove(name);
    }

    /// <summary>A node stands still, as one that was stopped by a signal, until it goes on.</summary>
    internal void Pause(string name) => World.Dispatcher.Pause(_nodes[name].System);

    internal void GoOn(string name) => World.Dispatcher.Resume(_nodes[name].System);

    internal SimulatedAccess AccessOf(string name) => _nodes[name].Access;

    /// <summary>What goes wrong with the database as the node sees it.</summary>
    internal DiskFaults DiskOf(string name) => _nodes[name].Disk;

    /// <summary>The name of the node that has the channel's shard.</summary>
    internal string OwnerOf(string id)
    {
        var standing = StandingAt(_nodes.Keys.First());
        return standing.Shards[Sharding.ShardMap.ShardOf(id, Options.Shards)]!.Value.Node;
    }

    internal ClusterStanding StandingAt(string name)
    {
        var asker = new Probe<ClusterStanding>(_nodes[name].System, $"asker-{++_asked}");
        this[name].Place.Tell(new ClusterQuestion(asker.Ref));
        World.RunUntilIdle();
        return asker.Next();
    }

    /// <summary>The same with what all nodes count.</summary>
    internal ClusterStanding FiguresAt(string name)
    {
        var asker = new Probe<ClusterStanding>(_nodes[name].System, $"asker-{++_asked}");
        this[name].Place.Tell(new ClusterQuestion(asker.Ref) { WithFigures = true });
        Settle();
        return asker.Next();
    }

    /// <summary>Hands one shard over, and waits until it is there.</summary>
    internal void Move(string id, string to)
    {
        this[OwnerOf(id)].Place.Tell(new ClusterOrder.Move(Sharding.ShardMap.ShardOf(id, Options.Shards), to));
        Advance(0.2);
        Assert.Equal(to, OwnerOf(id));
    }

    /// <summary>An address on a node whose messages are put into the list.</summary>
    internal IActorRef<TMessage> Into<TMessage>(string node, List<TMessage> messages)
        where TMessage : class =>
        _nodes[node].System.Spawn<TMessage>($"asker-{++_asked}", () => new Recorder<TMessage>(messages));

    /// <summary>A client of a node that has said hello and was welcomed.</summary>
    internal TestClient Connect(string node, string hello = "") => Accept(node).Hello(hello);

    internal TestClient Accept(string node, WireFormat format = WireFormat.WebSocketJson) => new(this[node].Engine, Settle, format, null);

    /// <summary>A client that has shown a token with these rights, good for an hour, and was welcomed.</summary>
    internal TestClient ConnectAs(string node, string user, params (string Pattern, Rights Rights)[] channels) =>
        Accept(node).HelloWith(Tokens!.Issue(user, TimeSpan.FromHours(1), channels));

    /// <summary>Lets everything that is under way come to rest.</summary>
    internal void Settle() => Advance(0.3);

    internal void Advance(double seconds)
    {
        World.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Empty(Faults);
        Assert.DoesNotContain(Network.Closed, reason => reason.Contains("cannot be read", StringComparison.Ordinal));
    }

    private sealed class Recorder<TMessage>(List<TMessage> messages) : Actor<TMessage>
        where TMessage : class
    {
        protected override void Receive(TMessage message) => messages.Add(message);
    }

    private sealed class Life
    {
        private readonly TestCluster _cluster;
        private readonly string _name;
        private readonly SimulatedFencedJournals _journals;

        internal Life(TestCluster cluster, string name)
        {
            _cluster = cluster;
            _name = name;
            System = cluster.World.NewSystem();
            System.ObserveFaults(cluster.Faults.Add);
            Access = cluster.Database.Open($"{name}/{cluster.World.Time.Elapsed}");
            _journals = cluster.Database.OpenJournals(Disk);
            ClusterNode? node = null;
            cluster.Network.Add(name, (self, peer) => node?.LinkTo(self, peer));
            node = Node = new ClusterNode(
                System,
                new ClusterDoors
                {
                    Members = Access,
                    Leases = Access,
                    Journals = _journals,
                    DialerOf = (me, other) => cluster.Network.DialerOf($"{me}", $"{other.Self}"),
                    Forget = gone => cluster.Forgotten.Add((name, gone)),
                    Died = _ => Crash(),
                },
                cluster.World.Entropy.Fork($"{name}/{cluster.World.Time.Elapsed}"),
                new NodeAnnouncement(name, name, name.StartsWith("core", StringComparison.Ordinal) ? ["core", "edge"] : ["edge"]),
                cluster.Options with { Node = name },
                new EngineServices { Authenticator = cluster.Tokens, Signer = cluster.Signer });
        }

        internal ActorKernel System { get; }

        internal SimulatedAccess Access { get; }

        internal DiskFaults Disk { get; } = new();

        internal ClusterNode Node { get; }

        internal void Crash()
        {
            _journals.Crash();
            Access.Dispose();
            System.Kill();
            _cluster.Network.Crash(_name);
        }
    }
}
