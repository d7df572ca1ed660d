using System.Net;
using System.Net.Sockets;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Handshakes;
using RealTimeActors.Sharding.Tcp.Links;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>
/// The wire door towards the other nodes: listens for them, dials them, and is told nothing by anybody who has not proven that it belongs to the cluster.
/// </summary>
/// <remarks>One per node. Listen first, then join with <see cref="Address"/>: a node that is a member and does not listen is taken for dead. Each <see cref="LinkActor"/> gets the dialer of its node
/// (<see cref="DialerOf"/>); that node's calls are told to it, too, from its first look on. Calls are taken in <c>Calls</c>, dials are in <c>Dials</c>.</remarks>
public sealed partial class TcpNodes : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TcpNodeOptions _options;
    private readonly HandshakeTerms _terms;
    private readonly Socket _listener;
    private readonly PendingCalls _calls;
    private readonly Seldom _seldom;
    private readonly SortedDictionary<string, Peer> _peers = new(StringComparer.Ordinal);
    private readonly HashSet<TcpLink> _links = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _pulse;
    private readonly Task _taking;
    private NodeIncarnation? _me;
    private long _pulsedAt;
    private bool _isStopped;

    private TcpNodes(TcpNodeOptions options, Socket listener)
    {
        _options = options;
        _listener = listener;
        _terms = new HandshakeTerms(options.Cluster, options.Fingerprint, options.Secret, options.FormerSecret);
        _calls = new PendingCalls(options.HandshakesMax);
        _seldom = new Seldom(options.Time);
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        Address = $"{new NodeAddress(options.AdvertisedHost ?? options.Host, options.AdvertisedPort ?? LocalEndPoint.Port)}";
        _pulsedAt = options.Time.GetTimestamp();
        _pulse = options.Time.CreateTimer(static self => ((TcpNodes)self!).Pulse(), this, options.Silence / 8, options.Silence / 8);
        var protection = ProtectionOf(options);
        Listening(options.Log, LocalEndPoint, Address, protection);
        _taking = TakeCallsAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where other nodes reach this one: what it joins with (<see cref="NodeAnnouncement.Address"/>).</summary>
    public string Address { get; }

    /// <summary>What went to and fro.</summary>
    public TcpFigures Figures { get; } = new();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, or would let anybody in.</exception>
    /// <exception cref="TcpNodesException">The address cannot be listened on.</exception>
    public static TcpNodes Listen(TcpNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        return new TcpNodes(options, Bound(options));
    }

    /// <summary>The way from this node to another one.</summary>
    /// <param name="me">This node, in this life of it.</param>
    /// <param name="other">The other one; its address is host:port.</param>
    public INodeDialer DialerOf(NodeIncarnation me, ClusterMember other)
    {
        ArgumentNullException.ThrowIfNull(other);
        lock (_gate)
        {
            if (_me is not { } known || known.Number <= me.Number)
                _me = me;

            // Of a node that began again the former life does not call any more.
            foreach (var (name, former) in _peers.Where(pair => pair.Value.Id.Node == other.Self.Node && pair.Value.Id.Number < other.Self.Number).ToArray())
                _peers.Remove(name);

            // One and the same for all dialers: who is being dialed, and who is linked, stands there.
            if (_peers.TryGetValue($"{other.Self}", out var peer))
                (peer.Me, peer.Address) = (me, other.Address);
            else
                _peers.Add($"{other.Self}", peer = new Peer(me, other.Self, other.Address));

            return new TcpDialer(this, peer);
        }
    }

    /// <summary>Takes no more calls of a node that is not a member any more. Connections with it are ended by its <see cref="LinkActor"/>.</summary>
    public void Forget(NodeIncarnation other)
    {
        lock (_gate)
            _peers.Remove($"{other}");
    }

    /// <summary>Listens no more, and ends all connections in good order: nobody is there any more for the other nodes from then on.</summary>
    public async ValueTask DisposeAsync()
    {
        TcpLink[] links;
        lock (_gate)
        {
            if (_isStopped)
                return;

            _isStopped = true;
            links = [.. _links];
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        _calls.EndAll();
        await _taking;
        foreach (var link in links)
            link.Part("the node stops", tells: true);

        await Task.WhenAll(links.Select(link => link.Closed));
        await _pulse.DisposeAsync();
        _stop.Dispose();
    }

    private static Socket Bound(TcpNodeOptions options)
    {
        var ip = IpOf(options.Host);
        if (options.AdvertisedHost is null && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            throw new ArgumentException($"The host by which others reach this node is expected beside {options.Host}, which is every address of this machine; none is given.", nameof(options));

        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;

            socket.Bind(new IPEndPoint(ip, options.Port));
            socket.Listen(256);
            return socket;
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new TcpNodesException($"A free address to listen for other nodes is expected; {new NodeAddress(options.Host, options.Port)} cannot be used ({fault.SocketErrorCode}). Take another port, or end who has it.", fault);
        }
    }

    private static IPAddress IpOf(string host)
    {
        if (IPAddress.TryParse(host, out var ip))
            return ip;

        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault() ?? throw new TcpNodesException($"The name of this machine is expected as host to listen on; {host} has no address.");
        }
        catch (SocketException fault)
        {
            throw new TcpNodesException($"The name of this machine is expected as host to listen on; {host} is not known ({fault.SocketErrorCode}).", fault);
        }
    }

    private static string ProtectionOf(TcpNodeOptions options) => (options.Tls, options.Secret) switch
    {
        (null, null) => "neither TLS nor secret: this machine only",
        (null, _) => "secret, without TLS: what is sent can be read on the way",
        ({ RequiresClientCertificate: true }, null) => "TLS with certificates on both sides",
        (_, null) => "TLS without secret: this machine only",
        _ => "TLS and secret",
    };

    private void Pulse()
    {
        TcpLink[] links;
        bool hasSlept;
        lock (_gate)
        {
            links = [.. _links];
            var now = _options.Time.GetTimestamp();
            hasSlept = _options.Time.GetElapsedTime(_pulsedAt, now) > _options.Silence / 2;
            _pulsedAt = now;
        }

        foreach (var link in links)
        {
            // Where this process itself stood still, silence proves nothing yet.
            if (hasSlept)
                link.Forgive();

            link.Pulse();
        }
    }

    /// <summary>A connection that was agreed on. Its actor is told here, in the order in which connections come about.</summary>
    private TcpLink Begin(Peer peer, Socket socket, Stream stream, IActorRef<LinkEvent> taker, bool isDialed)
    {
        var link = new TcpLink(_options, Figures, socket, stream, $"{peer.Id}", taker, OnEnded) { IsDialed = isDialed };
        peer.Newest = link;
        _links.Add(link);
        Figures.Opened();
        taker.Tell(new LinkEvent.Connected(link));
        return link;
    }

    private void OnEnded(TcpLink link, string reason)
    {
        lock (_gate)
            _links.Remove(link);

        Figures.Ended();
        LinkEnded(_options.Log, link.Peer, reason);
    }
}
