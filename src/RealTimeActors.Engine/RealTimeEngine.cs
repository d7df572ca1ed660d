using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine;

/// <summary>
/// One node: its channels, its sessions and its connections, put together from the doors it is given. The same code runs in the server and in the simulation.
/// </summary>
public sealed class RealTimeEngine
{
    private readonly EdgeServices _services;
    private readonly EngineOptions _options;
    private readonly ShardRegion<ChannelCommand> _channelRegion;
    private readonly ShardRegion<SessionCommand> _sessionRegion;
    private readonly Action _startRequestJudge;
    private int _opened = -1;
    private int _sentAway;

    private readonly List<ClusterRegion> _regions = [];
    private readonly List<WellKnownActor> _wellKnown = [];
    private readonly UndeliveredMessages _undelivered;

    /// <summary>Starts the node's actors.</summary>
    /// <param name="system">Time and order.</param>
    /// <param name="journal">Memory. In a cluster it is only read; each shard is written under its own fence.</param>
    /// <param name="entropy">Chance.</param>
    /// <param name="options">Everything that can be chosen.</param>
    /// <param name="services">What else it is given; null: nothing.</param>
    /// <param name="others">The actors of the other nodes of its cluster; null: the node is alone and has all shards from the start. Of a cluster it is told which it has (<see cref="Regions"/>).</param>
    public RealTimeEngine(ActorSystem system, IJournal journal, IEntropy entropy, EngineOptions options, EngineServices? services = null, NodeActorsRef? others = null)
    {
        services ??= new EngineServices();
        var meters = services.Meters;
        _options = options;
        var isClustered = others is not null;
        // Channels and sessions know each other's regions, edges and users each other: one of two is told through an address that is filled in when both are there.
        var sessions = new LateRef<SessionCommand>("sessions");
        var directory = new LateRef<DirectoryCommand>("directory");
        var entityOptions = new ActorOptions { Supervision = Supervision.Stop, StashCapacity = 1_048_576 };
        ShardRegion<TMessage> Region<TMessage>(string name, Func<TMessage, string> entityIdOf, Func<IJournal, Func<string, IActorRef<ShardMessage>, Actor<object>>> createWith, string? always = null)
            where TMessage : class
        {
            var region = new ShardRegion<TMessage>(system, name, options.Shards, new ShardOptions<TMessage>
            {
                EntityIdOf = entityIdOf,
                CreateWith = createWith,
                EntityOptions = entityOptions,
                Journal = isClustered ? null : journal,
                Undelivered = Undelivered,
                NoRoom = UndeliveredForNow,
                Always = always,
                Placed = shard => OnPlaced(name, shard),
                Ended = id => OnEnded(name, id),
                Paused = meters.ShardPaused,
                Bug = options.ShardBug,
            });
            _regions.Add(new ClusterRegion(name, region.Tell));
            _wellKnown.Add(new WellKnownActor(name, region, region.TellFromNode));
            return region;
        }

        // Of these there is one in the cluster, wherever its shard is.
        ShardRegion<TMessage> Single<TMessage>(string name, Func<IJournal, Actor<object>> create)
            where TMessage : class =>
            Region<TMessage>(name, _ => name, own => (_, _) => create(own), always: name);

        var followers = Region<FollowersCommand>("followers", command => command.Channel.Value, own => (id, shard) => new FollowersActor(id, own, sessions, options, shard));
        Checkpoints = services.Signer is not { } signer ? null : Single<CheckpointCommand>("checkpoints", own => new CheckpointsActor(own, options, signer, isClustered));
        var channelServices = new ChannelServices(journal, entropy, options, followers, directory, meters) { Checkpoints = Checkpoints, IsClustered = isClustered };

        var channels = Region<ChannelCommand>("channels", command => command.Channel.Value, own =>
        {
            var ownServices = channelServices with { Journal = own };
            return (id, shard) => ChannelActors.Create(id, ownServices, shard);
        });
        Presence = Region<PresenceCommand>("presence", command => command.Channel.Value, _ => (id, shard) => new PresenceActor(ChannelName.Parse(id), options, meters, shard));
        var sessionServices = new SessionServices(journal, options, channels, meters) { Presence = Presence, IsClustered = isClustered };
        var sessionRegion = Region<SessionCommand>(SessionsRegion, command => command.SessionId, own =>
        {
            var ownServices = sessionServices with { Journal = own };
            return (id, shard) => new SessionActor(id, ownServices, shard);
        });
        (_channelRegion, _sessionRegion) = (channels, sessionRegion);
        sessions.Target = sessionRegion;
        directory.Target = Single<DirectoryCommand>("directory", own => new ChannelDirectory(own, channels, entropy, options));

        Replays = Region<ReplayCommand>("replays", command => command.Channel.Value, own => (id, shard) => new DeadLetterReplayer(id, own, channels, options, shard));
        Single<SessionCommand>("session-sweeper", own => new SessionSweeper(own, sessionRegion, options));
        Channels = channels;
        var users = new LateRef<UserCommand>("users");
        var authenticator = services.Authenticator;
        Authenticator = authenticator is null ? null : new RevocationGuard(authenticator, users);
        _services = new EdgeServices(channels, sessionRegion, users, entropy, options, Authenticator) { Directory = directory, Presence = Presence, Meters = meters, Traces = services.Traces, Others = others };
        _undelivered = new UndeliveredMessages(_services, followers);
        _services.Start(system);
        _wellKnown.AddRange(_services.Edges.Select(edge => new WellKnownActor(edge.Path.Name, edge, edge.Tell) { IsWatched = true }));
        var relayed = new RelayFigures();
        if (others is not null)
        {
            Relays = new HttpRelays(system, others, options.Relays with { Bug = options.Bug }, relayed);
            _wellKnown.Add(new WellKnownActor(HttpRelays.WellKnownName, Relays.Address, Relays.Address.Tell));
        }

        Inspector = system.Spawn("inspector", () => new Inspector(new InspectionServices(journal, options, channels, sessionRegion, _services)));
        users.Target = Single<UserCommand>("users", own => new RevocationsActor(own, options, _services));
        Users = users;
        (RequestJudge, RequestAuthenticator) = (users, Authenticator);
        _startRequestJudge = () =>
        {
            RequestJudge = system.Spawn<object>("request-judge", () => new RequestJudge(users, journal, options));
            RequestAuthenticator = authenticator is null ? null : new RevocationGuard(authenticator, RequestJudge);
        };
        meters.Observe(system, _services);
        // In a cluster its node looks at them, links' and all: each is answered once.
        if (!isClustered)
            system.ObserveDeadLetters(OnDeadLetter);

        meters.Observe(channels, sessionRegion);
        meters.Observe(relayed);
    }

    /// <summary>The region of the sessions.</summary>
    internal const string SessionsRegion = "sessions";

    /// <summary>The regions whose shards the cluster places.</summary>
    public IReadOnlyList<ClusterRegion> Regions => _regions;

    /// <summary>The actors and regions that the other nodes know by name.</summary>
    public IReadOnlyList<WellKnownActor> WellKnown => _wellKnown;

    /// <summary>Answers who told something that nobody will answer: for the links to other nodes.</summary>
    public void Undelivered(object message, string reason, bool mayBeDone) => _undelivered.Take(message, reason, mayBeDone);

    private void UndeliveredForNow(object message, string reason, bool mayBeDone) => _undelivered.TakeLater(message, reason);

    /// <summary>An actor that has ended did not come to what it was told, or failed in the middle of it. Who asked where to join asks again by himself, and a connection attaches to its session anew.</summary>
    private void OnDeadLetter(Actors.DeadLetter letter)
    {
        if (letter.Message is (ChannelCommand and not ChannelCommand.Join) or SessionCommand.Open or SessionCommand.Detach)
            _undelivered.Take(letter.Message, "its actor has ended", mayBeDone: letter.Reason == DeadLetterReason.Failed);
    }

    /// <summary>All channels of the node: tell it what a channel is to do.</summary>
    public IActorRef<ChannelCommand> Channels { get; }

    /// <summary>Who is in each channel: tell it whom you want to know of.</summary>
    public IActorRef<PresenceCommand> Presence { get; }

    /// <summary>The signed heads of all logs, and proofs; null: there are none.</summary>
    public IActorRef<CheckpointCommand>? Checkpoints { get; }

    /// <summary>Takes questions about the node: what channels and sessions there are, and how they stand.</summary>
    public IActorRef<InspectionCommand> Inspector { get; }

    /// <summary>The dead letters of all channels: tell it which are to be replayed.</summary>
    public IActorRef<ReplayCommand> Replays { get; }

    /// <summary>The plain event streams of channels: tell it who reads one.</summary>
    public IActorRef<FeedCommand> Feeds => _services.Feeds;

    /// <summary>Passes requests over plain HTTP on to the nodes that have their connections; null: the node is alone.</summary>
    public HttpRelays? Relays { get; }

    /// <summary>All users: tell it whom to put out.</summary>
    public IActorRef<UserCommand> Users { get; }

    /// <summary>Who finds out whom a token belongs to, and whether he was put out since; null: nobody is asked.</summary>
    public IAuthenticator? Authenticator { get; }

    /// <summary>The same for a single request, which is judged also while the node that has the users is away (<see cref="StartRequestJudge"/>).</summary>
    public IAuthenticator? RequestAuthenticator { get; private set; }

    /// <summary>Whether whoever is behind a single request was put out: takes <see cref="UserCommand.Judge"/> and nothing else.</summary>
    public IActorRef<UserCommand> RequestJudge { get; private set; }

    /// <summary>For a node of a cluster that takes requests over HTTP: once, before the first of them. Of one node alone the users are never away while it is there.</summary>
    public void StartRequestJudge() => _startRequestJudge();

    /// <summary>What identities may do with channels.</summary>
    public AccessRules Access => _options.Access;

    /// <summary>What there is of a shard on this node. A look from outside: safe from anywhere, out of date as soon as it is told. So is <see cref="Clients"/>.</summary>
    public ShardCounts CountsOf(int shard)
    {
        var (channels, sessions) = (_channelRegion.CountsOf(shard), _sessionRegion.CountsOf(shard));
        return new ShardCounts(channels.Active, sessions.Active, channels.Waiting + sessions.Waiting);
    }

    /// <summary>The clients that are connected here, and how far they are behind.</summary>
    public ClientCounts Clients => new(_services.Figures.Sum(edge => edge.Connections), _services.Figures.Sum(edge => edge.Sums.LagSum));

    /// <summary>Simulation only.</summary>
    internal PlantedShardBug ShardBug => _options.ShardBug;

    private void OnPlaced(string region, int shard)
    {
        if (region != SessionsRegion)
            return;

        foreach (var edge in _services.Edges)
            edge.Tell(new EdgeMessage.SessionsPlaced(shard));
    }

    private void OnEnded(string region, string id)
    {
        if (region != SessionsRegion)
            return;

        foreach (var edge in _services.Edges)
            edge.Tell(new EdgeMessage.SessionFailed(id));
    }

    /// <summary>Takes a transport in. Safe from anywhere.</summary>
    public IConnection Open(ITransport transport)
    {
        // Round robin keeps the edges alike. The counter may be raced for by two threads: then two connections share an edge, which does not matter.
        var index = (int)((uint)++_opened % (uint)_options.Edges);
        var connection = new Connection(transport, _services) { EdgeIndex = index };
        _services.EdgeOf(connection).Tell(new EdgeMessage.Opened(connection));
        return connection;
    }

    /// <summary>Tells all clients that they should connect elsewhere, spread over a time, before they are closed.</summary>
    /// <param name="within">How long they have.</param>
    /// <param name="spread">Over how long they come elsewhere.</param>
    /// <param name="addresses">Where to, in turn; none: the load balancer knows.</param>
    /// <param name="replyTo">Each of the <see cref="Edges"/> answers as soon as it has no connection any more, unless <see cref="CloseAll"/> comes before.</param>
    public void GoAway(TimeSpan within, TimeSpan spread, IReadOnlyList<string>? addresses = null, IActorRef<AllClosed>? replyTo = null)
    {
        foreach (var edge in _services.Edges)
            edge.Tell(new EdgeMessage.GoAway(within, spread, addresses ?? [], replyTo));
    }

    /// <summary>The same for a few of them, of those that are here for a while; who is still here when the time is over is closed.</summary>
    /// <param name="count">How many, at most: each lane sends its part.</param>
    /// <param name="stay">Who is here for less stays.</param>
    /// <param name="within">As of <see cref="GoAway"/>.</param>
    /// <param name="spread">As of <see cref="GoAway"/>.</param>
    /// <param name="addresses">As of <see cref="GoAway"/>.</param>
    public void SendAway(int count, TimeSpan stay, TimeSpan within, TimeSpan spread, IReadOnlyList<string> addresses)
    {
        // What does not divide goes to another lane each time: a few clients are sent away, too. The last of the edges has streams, which nobody can send away.
        var lanes = _options.Edges;
        for (var i = 0; i < lanes; i++)
        {
            var part = (count / lanes) + ((i + _sentAway) % lanes < count % lanes ? 1 : 0);
            if (part > 0)
                _services.Edges[i].Tell(new EdgeMessage.SendAway(part, stay, within, spread, addresses));
        }

        _sentAway = (_sentAway + lanes - (count % lanes)) % lanes;
    }

    /// <summary>Closes all connections. Each of the <see cref="Edges"/> answers when the sessions of its connections are safe.</summary>
    public void CloseAll(int code, string reason, IActorRef<AllClosed> replyTo)
    {
        foreach (var edge in _services.Edges)
            edge.Tell(new EdgeMessage.CloseAll(code, reason, replyTo));
    }

    /// <summary>How many edge actors there are, and so how many answers <see cref="CloseAll"/> gets.</summary>
    public int Edges => _services.Edges.Count;
}
