using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Links;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>One life of a node of the <see cref="CounterCluster"/>: a region of counters, links, and its place in the cluster.</summary>
internal sealed class CounterNode
{
    private readonly CounterCluster _cluster;
    private readonly ActorKernel _system;
    private readonly SimulatedFencedJournals _journals;
    private readonly NodeActorsRef _others = new();
    private readonly SortedDictionary<string, IActorRef<object>> _links = new(StringComparer.Ordinal);
    private readonly IActorRef<Count> _client;
    private readonly IActorRef<object> _place;
    private string? _self;

    /// <param name="cluster">Where it is.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="isCore">Whether it takes shards, or clients.</param>
    /// <param name="place">Where it is found; null: at its name.</param>
    internal CounterNode(CounterCluster cluster, string name, bool isCore, string? place = null)
    {
        _cluster = cluster;
        Name = name;
        _system = cluster.World.NewSystem();
        Access = cluster.Database.Open(name);
        _journals = cluster.Database.OpenJournals(new DiskFaults());
        cluster.Network.Add(place ?? name, (self, to) => self == _self ? _links.GetValueOrDefault(to) : null);
        Region = new ShardRegion<Count>(_system, "counters", CounterCluster.Shards, new ShardOptions<Count>
        {
            EntityIdOf = count => ((Count.Add)count).Counter,
            CreateWith = journal => (id, _) => new Counter(id, journal),
            EntityOptions = new ActorOptions { Supervision = Supervision.Stop },
            Undelivered = Undelivered,
            Paused = Pauses.Add,
        });
        _system.ObserveDeadLetters(letter => Undelivered(LinkActor.ToldIn(letter.Message), "dead letter", mayBeDone: false));
        _system.ObserveFaults(fault => cluster.Wrong.Add($"{name}: {fault.Path} failed: {fault.Exception}"));
        _client = _system.Spawn<Count>("client", () => new Client(cluster));
        _place = _system.Spawn<object>("cluster", () => new ClusterActor(new ClusterOptions
        {
            Announcement = new NodeAnnouncement(name, name, isCore ? [ClusterOptions.CoreRole] : ["edge"]),
            Shards = CounterCluster.Shards,
            Members = Access,
            Leases = Access,
            Journals = new CountingJournals(_journals),
            Regions = [new ClusterRegion("counters", Region.Tell)],
            StartLink = StartLink,
            Others = _others,
            Draining = () => Drained++,
            Undrained = () => Undrained++,
            Waits = (why, isTrouble) => Waits.Add((why, isTrouble)),
            CountsOf = shard => new ShardCounts(shard, Region.CountsOf(shard).Active, 0),
            Clients = () => new ClientCounts(Clients, 0),
            Figures = Figures,
            Looked = edges => Edges = edges,
            ClientAddress = isCore ? null : $"wss://{name}/v1/ws",
            Died = why =>
            {
                Died = true;
                WhyDied = why;
            },
        }));
    }

    internal string Name { get; }

    internal SimulatedAccess Access { get; }

    internal ShardRegion<Count> Region { get; }

    internal PlaceFigures Figures { get; } = new();

    /// <summary>How long what came for a shard waited here, each time that it did.</summary>
    internal List<TimeSpan> Pauses { get; } = [];

    /// <summary>Why it took no part, one after the other; null: it did from then on.</summary>
    internal List<(string? Why, bool IsTrouble)> Waits { get; } = [];

    internal bool Died { get; private set; }

    internal string? WhyDied { get; private set; }

    internal bool IsRunning { get; private set; } = true;

    internal void Add(string counter, object tag) => Region.Tell(new Count.Add(counter, tag, _client));

    internal void Order(ClusterOrder order) => _place.Tell(order);

    /// <summary>What it answers an operator; null: nothing.</summary>
    internal ClusterAnswer? Ask(Func<IActorRef<ClusterAnswer>, ClusterRequest> make)
    {
        var asker = new TestKit.Dispatch.Probe<ClusterAnswer>(_system, $"asker-{_cluster.NextAsker()}");
        _place.Tell(make(asker.Ref));
        _cluster.World.RunUntilIdle();
        return asker.TryNext(out var answer) ? answer : null;
    }

    /// <summary>How often it was told that everything should leave it.</summary>
    internal int Drained { get; private set; }

    /// <summary>How often it was told that it may have everything again.</summary>
    internal int Undrained { get; private set; }

    /// <summary>How many clients it says it has.</summary>
    internal int Clients { get; set; }

    /// <summary>The other edges that clients could go to, as it was told last.</summary>
    internal IReadOnlyList<EdgeStanding> Edges { get; private set; } = [];

    /// <summary>kill -9.</summary>
    internal void Crash()
    {
        IsRunning = false;
        _journals.Crash();
        Access.Dispose();
        _system.Kill();
        _cluster.Network.Crash(Name);
    }

    internal ClusterStanding? Standing()
    {
        var asker = new TestKit.Dispatch.Probe<ClusterStanding>(_system, $"asker-{_cluster.NextAsker()}");
        _place.Tell(new ClusterQuestion(asker.Ref));
        _cluster.World.RunUntilIdle();
        return asker.TryNext(out var standing) ? standing : null;
    }

    /// <summary>Asks with what all nodes count; the answer comes when time goes on.</summary>
    internal TestKit.Dispatch.Probe<ClusterStanding> AsksForFigures()
    {
        var asker = new TestKit.Dispatch.Probe<ClusterStanding>(_system, $"asker-{_cluster.NextAsker()}");
        _place.Tell(new ClusterQuestion(asker.Ref) { WithFigures = true });
        return asker;
    }

    private IActorRef<object> StartLink(NodeIncarnation me, ClusterMember other, bool isDialer, IActorRef<LinkReport> owner)
    {
        _self = $"{me}";
        var peer = $"{other.Self}";
        var options = new LinkOptions
        {
            Peer = peer,
            Codec = new ClusterCodec(new CountCodec()),
            WellKnown =
            [
                new WellKnownActor("counters", Region, message => Region.Tell((Count)message)),
                new WellKnownActor(ClusterOptions.WellKnownName, _place, _place.Tell),
                new WellKnownActor("client", _client, message => _client.Tell((Count)message)),
            ],
            Others = _others,
            Undelivered = Undelivered,
            Owner = owner,
            Dialer = _cluster.Network.DialerOf(_self, peer),
            IsDialer = isDialer,
        };
        return _links[peer] = _system.Spawn<object>($"link-{peer.Replace('#', '-')}", () => new LinkActor(options));
    }

    private static void Undelivered(object message, string reason, bool mayBeDone)
    {
        if (message is Count.Add add)
            add.ReplyTo.Tell(new Count.Unknown(add.Tag, reason));
    }

    private sealed class Client(CounterCluster cluster) : Actor<Count>
    {
        protected override void Receive(Count message)
        {
            switch (message)
            {
                case Count.Added { Tag: { } tag } added:
                    cluster.OnAdded(tag, added.Value);
                    break;
                case Count.Unknown { Tag: { } tag } unknown:
                    cluster.OnUnknown(tag, unknown.Reason);
                    break;
            }
        }
    }
}
