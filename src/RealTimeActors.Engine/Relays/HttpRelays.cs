using RealTimeActors.Actors;
using RealTimeActors.Engine.Nodes;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Relays;

/// <summary>
/// Requests of clients over plain HTTP may come to any node of a cluster: one that came to another than the connection's is passed on to it over the link between them, and its answer comes back the same way. The connection
/// stays where it is.
/// </summary>
public sealed class HttpRelays
{
    internal const string WellKnownName = "http-relay";

    private readonly ActorSystem _system;
    private readonly NodeActorsRef _others;
    private readonly RelayOptions _options;

    internal HttpRelays(ActorSystem system, NodeActorsRef others, RelayOptions options, RelayFigures figures) => (_system, _others, _options, Figures) = (system, others, options, figures);

    /// <summary>By which the other nodes know it.</summary>
    internal RelayAddress Address { get; } = new();

    /// <summary>What it counts.</summary>
    internal RelayFigures Figures { get; }

    /// <summary>The node takes clients from now on. Called once, before the first of them comes.</summary>
    /// <param name="server">Their connections.</param>
    public void Open(IRelayServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (Address.Relay is not null)
            throw new InvalidOperationException("The relay is open already: a node has one table of connections over plain HTTP.");

        Address.Relay = _system.Spawn<object>(WellKnownName, () => new RelayActor(server, Address, _others, _options, Figures));
    }

    /// <summary>Where the connection, or the ticket, is whose client shows this secret.</summary>
    public RelayHome HomeOf(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var life = NodeMark.Of(secret);
        if (life == 0 || life == _others.Self)
            return RelayHome.Here.Instance;

        // One that is neither linked nor missing among the members is no member any more: what it had is gone with it.
        return _others.Value.Find(life, WellKnownName) is { } relay ? new RelayHome.There(relay)
            : _others.Unlinked > 0 ? RelayHome.OutOfReach.Instance
            : RelayHome.Here.Instance;
    }

    /// <summary>Says behind a secret of 192 random bits, in base64url, that this node gave it.</summary>
    public string Mark(string secret) => NodeMark.Put(secret, _others.Self);

    /// <summary>Passes a request on. The node takes clients itself (<see cref="Open"/>).</summary>
    public void Ask(RelayHome.There home, RelayedRequest request, RelayCall call)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(call);
        call.Begin(Address, home.Relay);
        Address.Tell(new RelayOrder.Ask(call, request));
    }

    /// <summary>Uses a ticket of another node.</summary>
    /// <param name="home">The node that made it.</param>
    /// <param name="hash">Of its text.</param>
    /// <param name="stream">As of <see cref="IRelayServer.UseTicket"/>.</param>
    /// <param name="comesBack">As of <see cref="IRelayServer.UseTicket"/>.</param>
    /// <param name="call">Is told what comes of it.</param>
    public void UseTicket(RelayHome.There home, string hash, string? stream, bool comesBack, TicketCall call)
    {
        ArgumentNullException.ThrowIfNull(home);
        Address.Tell(new RelayOrder.UseTicket(home.Relay, hash, stream, comesBack, call));
    }
}
