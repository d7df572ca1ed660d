using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>The network between simulated nodes: connections that keep order, take time, break, and can be blocked in one direction.</summary>
public sealed class NodeNetwork
{
    private readonly TimeProvider _time;
    private readonly Xoshiro256 _chance;
    private readonly SortedDictionary<string, Func<string, string, IActorRef<LinkEvent>?>> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> _blocked = [];
    private readonly List<NodeConnection> _connections = [];

    /// <summary>A network without nodes.</summary>
    public NodeNetwork(TimeProvider time, SeededEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        _time = time;
        _chance = entropy.Numbers;
    }

    /// <summary>The least time that a batch is under way. Default 50 µs.</summary>
    public TimeSpan LatencyMin { get; set; } = TimeSpan.FromMicroseconds(50);

    /// <summary>The most time that a batch is under way. Default 1 ms.</summary>
    public TimeSpan LatencyMax { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Bytes that may be under way in one direction of a connection. Default 64 MiB.</summary>
    public long BytesMax { get; set; } = 64 << 20;

    /// <summary>Who dials and is not answered gives up after that. Default 1 s.</summary>
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Who closed a connection, and why, in their order.</summary>
    public IList<string> Closed { get; } = [];

    /// <summary>Batches that arrived so far.</summary>
    public long Delivered { get; internal set; }

    /// <summary>A process listens from now on. Lives of nodes are called <c>name#number</c>, or by the name alone.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="linkTo">The actor of the link that one life of it has with another node; null: it is not that life, or knows no such node.</param>
    public void Add(string name, Func<string, string, IActorRef<LinkEvent>?> linkTo) => _nodes.Add(name, linkTo);

    /// <summary>A node's process ends: its system resets all its connections, and refuses new ones.</summary>
    public void Crash(string name)
    {
        _nodes.Remove(name);
        foreach (var connection in _connections.Where(connection => connection.JoinsAny(node => NameOf(node) == name)).ToArray())
            connection.Cut();
    }

    /// <summary>The way from one node to another.</summary>
    public INodeDialer DialerOf(string from, string to) => new Dialer(this, from, to);

    /// <summary>From now on nothing of the one reaches the other. Nobody is told.</summary>
    public void Block(string from, string to) => _blocked.Add((from, to));

    /// <summary>What was blocked goes on; what was under way comes now.</summary>
    public void Unblock(string from, string to)
    {
        _blocked.Remove((from, to));
        foreach (var connection in _connections.Where(connection => connection.Joins(from) && connection.Joins(to)).ToArray())
            connection.GoOn();
    }

    /// <summary>Every connection between the two breaks.</summary>
    public void Cut(string one, string other)
    {
        foreach (var connection in _connections.Where(connection => connection.Joins(one) && connection.Joins(other)).ToArray())
            connection.Cut();
    }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>For how long the two have had a connection.</summary>
    public TimeSpan ConnectedFor(string one, string other) =>
        _connections.Find(connection => connection.Joins(one) && connection.Joins(other)) is { } connection ? _time.GetUtcNow() - connection.OpenedAt : TimeSpan.Zero;

    internal bool IsBlocked(string from, string to) => _blocked.Contains((from, to));

    internal static string NameOf(string node) => node.Split('#')[0];

    internal IActorRef<LinkEvent>? LinkOf(string node, string to) => _nodes.TryGetValue(NameOf(node), out var linkTo) ? linkTo(node, to) : null;

    internal void Remove(NodeConnection connection) => _connections.Remove(connection);

    /// <summary>Does something when a batch would have arrived, and not before what was sent earlier.</summary>
    internal DateTimeOffset After(DateTimeOffset notBefore, Action action)
    {
        var at = _time.GetUtcNow() + LatencyMin + ((LatencyMax - LatencyMin) * _chance.Fraction());
        if (at < notBefore)
            at = notBefore;

        _ = _time.Once(at - _time.GetUtcNow(), action);
        return at;
    }

    private void Probe(string from, string to, IActorRef<LinkEvent> replyTo) => After(default, () =>
    {
        if (!IsBlocked(from, to) && !IsBlocked(to, from) && !_nodes.ContainsKey(NameOf(to)))
            replyTo.Tell(new LinkEvent.NotConnected("connection refused", IsRefused: true));
    });

    private void Dial(string from, string to, IActorRef<LinkEvent> replyTo)
    {
        After(default, () =>
        {
            if (IsBlocked(from, to) || IsBlocked(to, from))
            {
                After(_time.GetUtcNow() + DialTimeout, () => replyTo.Tell(new LinkEvent.NotConnected("nobody answered", IsRefused: false)));
                return;
            }

            if (LinkOf(to, from) is not { } other)
            {
                // A process that is there and does not know who calls says so; one that is gone does not listen.
                replyTo.Tell(new LinkEvent.NotConnected("nobody takes the call", IsRefused: !_nodes.ContainsKey(NameOf(to))));
                return;
            }

            var connection = new NodeConnection(this, from, replyTo, to, other);
            _connections.Add(connection);
            connection.Open();
        });
    }

    private sealed class Dialer(NodeNetwork network, string from, string to) : INodeDialer
    {
        public void Dial(IActorRef<LinkEvent> replyTo) => network.Dial(from, to, replyTo);

        public void Probe(IActorRef<LinkEvent> replyTo) => network.Probe(from, to, replyTo);
    }
}
