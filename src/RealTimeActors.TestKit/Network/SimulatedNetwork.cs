using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network.Http;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.TestKit.Network;

/// <summary>
/// The wire between simulated clients and a simulated node: real bytes, late, in pieces, lost at any of them when a connection breaks. Within one
/// connection nothing is lost, repeated or reordered, as with TCP.
/// </summary>
/// <remarks>One thread; everything happens by timers of the given time.</remarks>
public sealed class SimulatedNetwork
{
    private readonly List<SimulatedLink> _links = [];
    private readonly SeededEntropy _entropy;
    private readonly Xoshiro256 _connects;
    private readonly SortedDictionary<string, BatchId> _lastIds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Host> _hosts = new(StringComparer.Ordinal);
    private readonly Xoshiro256 _balances;
    private int _lastLink;
    private int _lives;

    /// <summary>A network that nobody listens to yet.</summary>
    public SimulatedNetwork(TimeProvider time, SeededEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(entropy);
        Time = time;
        _entropy = entropy;
        _connects = entropy.Fork("connect").Numbers;
        _balances = entropy.Fork("balance").Numbers;
    }

    /// <summary>What goes wrong.</summary>
    public NetworkFaults Faults { get; } = new();

    /// <summary>How often it did.</summary>
    public NetworkCounts Counts { get; } = new();

    /// <summary>Sees everything that passes; null: nobody looks.</summary>
    public IWireTap? Tap { get; set; }

    /// <summary>The connections that live, oldest first.</summary>
    public IReadOnlyList<SimulatedLink> Links => _links;

    /// <summary>Bounds of what goes over plain HTTP.</summary>
    public HttpLineOptions Lines { get; set; } = new();

    /// <summary>Whether each request over plain HTTP goes to any node, as behind a load balancer that remembers nothing; else all of a connection go to the node that has it.</summary>
    public bool SpreadsRequests { get; set; }

    internal TimeProvider Time { get; }

    /// <summary>A node is up and takes connections. Where there are several, each connection goes to one of them by chance, as behind a load balancer.</summary>
    /// <param name="accept">What it does with them.</param>
    /// <param name="host">Which node; where there is only one it needs no name.</param>
    /// <param name="relays">By which requests reach its connections that came to another node; null: it is alone.</param>
    public void Listen(Func<ITransport, IConnection> accept, string host = "", HttpRelays? relays = null)
    {
        var http = new SimulatedHttpServer(this, host, accept, _entropy.Fork($"http/{++_lives}"), relays);
        _hosts[host] = new Host(accept, http);
        relays?.Open(http);
    }

    /// <summary>A node is gone from one moment to the next: what it had handed over may still arrive in part; what was on its way to it is lost.</summary>
    public void NodeDown(string host = "")
    {
        if (_hosts.Remove(host, out var former))
            former.Http.Vanish();

        foreach (var link in _links.Where(link => link.Host == host).ToArray())
            link.ServerVanished();
    }

    /// <summary>Begins to connect; the peer is told what came of it.</summary>
    public SimulatedLink Connect(ISimulatedPeer peer, WireFormat format, string label)
    {
        var number = ++_lastLink;
        var link = new SimulatedSocket(this, peer, format, number, label, _entropy.Fork($"link/{label}/{number}"));
        var fails = _connects.Fraction() < Faults.ConnectFailureChance;
        link.After(link.Latency(), () =>
        {
            // Given up before it came about.
            if (link.IsEnded)
                return;

            var host = Choose();
            if (host is null || fails)
            {
                Counts.ConnectFailures++;
                link.EndClient(null);
                return;
            }

            Counts.Opened++;
            _links.Add(link);
            link.Host = host;
            link.Establish(_hosts[host].Accept);
        });
        return link;
    }

    /// <summary>Begins to connect over plain HTTP: there is nothing to open, the first frame finds out.</summary>
    public SimulatedLink Connect(ISimulatedPeer peer, SimulatedWay way, string label)
    {
        var number = ++_lastLink;
        var link = new SimulatedHttpLink(this, peer, way, number, label, _entropy.Fork($"link/{label}/{number}"));
        link.Start();
        return link;
    }

    /// <summary>Who takes the plain requests of a connection: the node that has it, as a load balancer with sticky connections finds it, or another where that one is gone or nothing sticks; null: none is up.</summary>
    internal SimulatedHttpServer? HttpOf(SimulatedLink link)
    {
        if (SpreadsRequests)
            return Choose() is { } any ? _hosts[any].Http : null;

        if (link.Host is not { } host || !_hosts.ContainsKey(host))
            link.Host = Choose();

        return link.Host is { } chosen ? _hosts[chosen].Http : null;
    }

    internal TimeSpan Latency(Xoshiro256 chance) => Faults.LatencyMin + TimeSpan.FromTicks((long)(chance.Fraction() * (Faults.LatencyMax - Faults.LatencyMin).Ticks));

    internal void After(TimeSpan delay, Action act) => _ = Time.Once(delay, act);

    /// <summary>A connection that the server has opened for a request by which a session goes on.</summary>
    internal UnattendedLink NewUnattended(SimulatedHttpLink askedBy)
    {
        var number = ++_lastLink;
        return new UnattendedLink(this, askedBy, number, _entropy.Fork($"link/{askedBy.Label}/{number}"));
    }

    /// <summary>The last batch that a client had, on whichever connection.</summary>
    internal BatchId? LastIdOf(string label) => _lastIds.TryGetValue(label, out var id) ? id : null;

    internal void Remember(string label, BatchId id) => _lastIds[label] = id;

    internal void Add(SimulatedLink link)
    {
        Counts.Opened++;
        _links.Add(link);
    }

    internal void Remove(SimulatedLink link)
    {
        _links.Remove(link);
        link.Dispose();
    }

    private string? Choose() => _hosts.Count switch
    {
        0 => null,
        1 => _hosts.Keys.First(),
        var count => _hosts.Keys.ElementAt(_balances.Below(count)),
    };

    private sealed record Host(Func<ITransport, IConnection> Accept, SimulatedHttpServer Http);
}
