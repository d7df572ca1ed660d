using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Hosting.Clustering;

/// <summary>A node that is one of many: the store that all share, its wire to the others, and the engine between them.</summary>
internal sealed class NodeInCluster : IAsyncDisposable
{
    private static readonly TimeSpan _askWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Others take what was given back with one call of theirs; a second is much for that.</summary>
    private static readonly TimeSpan _takenWithin = TimeSpan.FromSeconds(1);

    private readonly ActorSystem _system;
    private readonly PostgreSqlStore _store;
    private readonly NodeWire _wire;
    private readonly ClusterNode? _node;
    private readonly TaskCompletionSource<string> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TimeSpan _spread;
    private readonly TimeSpan _goWithin;
    private readonly NodeOrders _orders;
    private readonly EdgeOverload? _overload;
    private volatile IReadOnlyList<string> _clientAddresses = [];

    private NodeInCluster(ServerSettings settings, ActorSystem system, PostgreSqlStore store, NodeWire wire, EngineServices services, NodeOrders orders, Meter meter)
    {
        _orders = orders;
        _spread = settings.DrainSpread;
        _goWithin = settings.DrainWithin > _spread ? settings.DrainWithin : _spread;
        var cluster = settings.Cluster!;
        _system = system;
        _store = store;
        _wire = wire;
        _overload = settings.Roles.HasFlag(NodeRoles.Edge) ? new EdgeOverload(cluster.Balance, settings.Edge.ConnectionsMax) : null;
        var processors = new ProcessorLoad();
        var figures = new PlaceFigures();
        ClusterMeters.Observe(meter, figures, wire.Nodes.Figures, () => Overload is not null);
        _node = new ClusterNode(
            system,
            new ClusterDoors
            {
                Members = store.Members,

                // A server listens for clients first. What is in process of an application may be used before its host has started anything else, and needs the cluster from then on.
                JoinsWhenTold = !settings.IsInApplication,
                Leases = store.Leases,
                Journals = store,
                DialerOf = wire.Nodes.DialerOf,
                Forget = wire.Nodes.Forget,
                Died = why => _died.TrySetResult($"{cluster.Node} is not a member of the cluster any more: {why}."),
                Draining = orders.Drain,
                Undrained = orders.Undrain,
                Waits = orders.Waits,
                Looked = OnLooked,
                ClientAddress = settings.Roles.HasFlag(NodeRoles.Edge) ? cluster.ClientAddress : null,
                Figures = figures,
                Load = () => LoadOf(processors.Look()),
                Lease = cluster.Lease,
                MovePause = cluster.MovePause,
                MoveWithin = cluster.MoveWithin,
                MessageBytesMax = cluster.MessageBytesMax,
            },
            SystemEntropy.Instance,
            new NodeAnnouncement(cluster.Node, wire.Nodes.Address, RolesOf(settings.Roles)),
            settings.Engine with { Node = cluster.Node },
            services);
    }

    /// <summary>The engine.</summary>
    internal Engine.RealTimeEngine Engine => _node!.Engine;

    /// <summary>Why the store cannot be written just now; null: it can.</summary>
    internal JournalOutage? Outage => _store.Outage;

    /// <summary>Ends when the node was declared dead, or another took its name: it holds nothing any more, and has to stop. Says how it came about.</summary>
    internal Task<string> Died => _died.Task;

    /// <summary>The node's place: takes <see cref="ClusterQuestion"/>, <see cref="ClusterRequest"/> and <see cref="ClusterOrder"/>.</summary>
    internal IActorRef<object> Place => _node!.Place;

    /// <summary>Opens the store, listens for the other nodes, and joins: the node of an application at once, a server with <see cref="Join"/>.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="system">Where its actors live.</param>
    /// <param name="meter">What is measured.</param>
    /// <param name="services">For the engine.</param>
    /// <param name="orders">What operators may want of the node.</param>
    /// <param name="log">Where it is told.</param>
    /// <exception cref="PostgreSqlStoreException">The store cannot be opened.</exception>
    /// <exception cref="Sharding.Tcp.TcpNodesException">The address cannot be listened on.</exception>
    internal static NodeInCluster Start(ServerSettings settings, ActorSystem system, Meter meter, EngineServices services, NodeOrders orders, ILogger log)
    {
        var store = Journals.OpenStore(settings, meter);
        try
        {
            var fingerprint = $"{ClusterNode.Codec.Fingerprint}/{settings.Engine.Shards}";
            return new NodeInCluster(settings, system, store, NodeWire.Listen(settings.Cluster!, fingerprint, TimeProvider.System, log), services, orders, meter);
        }
        catch
        {
            Task.Run(() => store.DisposeAsync().AsTask()).GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>Why new clients are turned away just now; null: they are taken.</summary>
    internal string? Overload => _overload?.Reason;

    /// <summary>Where clients reach the other edges themselves, as far as these say so; those with the least to do first.</summary>
    internal IReadOnlyList<string> ClientAddresses => _clientAddresses;

    /// <summary>The host has started, and with it whatever listens for clients: where the node waits for that, it is announced now.</summary>
    internal void Join() => Place.Tell(new JoinCluster());

    /// <summary>Tries one small commit where the last one failed.</summary>
    internal void Probe() => _store.Probe();

    /// <summary>The cluster as this node sees it.</summary>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    internal Task<ClusterStanding> StandingAsync() =>
        _system.AskAsync<object, ClusterStanding>(Place, replyTo => new ClusterQuestion(replyTo), _askWithin);

    /// <summary>Hands the node's shards over, one after the other, as long as there is time and somebody to take them, and leaves the cluster.</summary>
    internal async Task LeaveAsync(TimeSpan within, CancellationToken cancellation)
    {
        if (_died.Task.IsCompleted)
            return;

        Place.Tell(new ClusterOrder.Drain());
        try
        {
            await AllTakenAsync(within, cancellation);

            // What is left is given back and offered: others take it at once, and what came here for it meanwhile is handed on to them.
            Place.Tell(new ClusterOrder.Leave());
            await AllTakenAsync(_takenWithin, cancellation);
        }
        catch (TimeoutException)
        {
            // Nobody answers: the others find out when the lease ends.
        }
    }

    /// <summary>Until other nodes have everything that was this one's, or nobody is there to take it, or so much time is over.</summary>
    private async Task AllTakenAsync(TimeSpan within, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < within && await StandingAsync() is { Me: { } me } standing && HasSomethingToGive(standing, me))
            await Task.Delay(_lookAgain, cancellation);
    }

    /// <summary>After the actors have ended: others find nobody listening, and so that the node is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Asked for and looked at within the runs of one actor. The first may be before the constructor is done.</summary>
    private double LoadOf(double processors) => _overload is null ? processors : _overload.LoadOf(processors, Connections);

    private long Connections => _node?.Engine.Clients.Connections ?? 0;

    private void OnLooked(IReadOnlyList<EdgeStanding> others)
    {
        _clientAddresses = AddressesOf(others.OrderBy(other => other.Load));
        if (_overload is null || _node is null)
            return;

        var was = _overload.Reason;
        var away = _overload.Look(Connections, others);
        if (was is null != _overload.Reason is null)
            _orders.Overloaded(_overload.Reason);

        if (away > 0)
            _node.Engine.SendAway(away, _overload.StayAtLeast, _goWithin, _spread, AddressesOf(_overload.Better));
    }

    private static IReadOnlyList<string> AddressesOf(IEnumerable<EdgeStanding> edges) => [.. edges.Select(edge => edge.Address).OfType<string>()];

    private static bool HasSomethingToGive(ClusterStanding standing, NodeIncarnation me) =>
        standing.Shards.Any(shard => shard?.Node == me.Node)
        && standing.View.Members.Any(member => member.Self != me && member.Roles.Contains(ClusterOptions.CoreRole) && standing.Linked.Contains($"{member.Self}"));

    private static IReadOnlyList<string> RolesOf(NodeRoles roles) =>
        [.. new[] { (NodeRoles.Core, ClusterOptions.CoreRole), (NodeRoles.Edge, ClusterOptions.EdgeRole) }.Where(role => roles.HasFlag(role.Item1)).Select(role => role.Item2)];
}
