using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tcp.Tests.Support;

/// <summary>A node on a port of its own, with what its link to one other node is told.</summary>
internal sealed class TcpNode : IAsyncDisposable
{
    internal const string Secret = "a secret of the test, long enough";

    internal TcpNode(string name, Func<TcpNodeOptions, TcpNodeOptions>? with = null, LinkRecorder? heard = null)
    {
        Me = new NodeIncarnation(name, 1);
        Heard = heard ?? new LinkRecorder();
        var options = new TcpNodeOptions { Cluster = "test", Fingerprint = "f-1", Log = Log, Silence = TimeSpan.FromSeconds(10), HandshakeWithin = TimeSpan.FromSeconds(10) };
        Nodes = TcpNodes.Listen(with?.Invoke(options) ?? options);
    }

    internal NodeIncarnation Me { get; set; }

    internal LinkRecorder Heard { get; }

    internal LogLines Log { get; } = new();

    internal TcpNodes Nodes { get; }

    internal int Port => Nodes.LocalEndPoint.Port;

    /// <summary>The way to another node, or to where it is said to be.</summary>
    internal INodeDialer To(TcpNode other, string? address = null, NodeIncarnation? as_ = null) => Nodes.DialerOf(Me, Member(as_ ?? other.Me, address ?? other.Nodes.Address));

    /// <summary>Knows the other node, so that its calls are taken.</summary>
    internal void Expects(TcpNode other) => To(other).Probe(Heard);

    internal void Dials(TcpNode other, string? address = null) => To(other, address).Dial(Heard);

    /// <summary>Both know each other, one dials, both are linked.</summary>
    internal static async Task LinkAsync(TcpNode dialer, TcpNode other, string? address = null)
    {
        other.Expects(dialer);
        dialer.Dials(other, address);
        await dialer.Heard.ConnectedAsync();
        await other.Heard.ConnectedAsync();
    }

    /// <summary>What the one who dials is told when it is not taken.</summary>
    internal static async Task<LinkEvent.NotConnected> RefusedAsync(TcpNode dialer, TcpNode other)
    {
        other.Expects(dialer);
        dialer.Dials(other);
        return await dialer.Heard.NotConnectedAsync();
    }

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();

    internal static ClusterMember Member(NodeIncarnation node, string address) => new(node, address, [], 0, TimeSpan.FromSeconds(3));
}
