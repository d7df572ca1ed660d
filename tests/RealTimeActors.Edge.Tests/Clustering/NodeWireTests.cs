using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Clustering;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tls;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Edge.Tests.Clustering;

public sealed class NodeWireTests : IDisposable
{
    private static readonly NodeIncarnation _one = new("core-1", 1);
    private static readonly NodeIncarnation _two = new("core-2", 1);

    private readonly TestAuthority _authority = new();
    private readonly CancellationTokenSource _late = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _authority.Dispose();
        _late.Dispose();
    }

    [Fact]
    public async Task Nodes_with_the_configured_certificates_are_linked_and_what_one_says_the_other_hears()
    {
        _authority.Write();
        await using var one = Listen(_one.Node);
        await using var two = Listen(_two.Node);
        var (heardByOne, heardByTwo) = (new Listener(), new Listener());

        two.Nodes.DialerOf(_two, MemberOf(_one, one)).Probe(heardByTwo);
        one.Nodes.DialerOf(_one, MemberOf(_two, two)).Dial(heardByOne);
        var connected = Assert.IsType<LinkEvent.Connected>(await heardByOne.NextAsync(_late.Token));
        connected.Link.Send(new byte[] { 1, 2, 3 });

        Assert.IsType<LinkEvent.Connected>(await heardByTwo.NextAsync(_late.Token));
        Assert.Equal(3, Assert.IsType<LinkEvent.Received>(await heardByTwo.NextAsync(_late.Token)).Batch.Length);
        Assert.Equal($"127.0.0.1:{two.Nodes.LocalEndPoint.Port}", two.Nodes.Address);
    }

    private static ClusterMember MemberOf(NodeIncarnation node, NodeWire wire) => new(node, wire.Nodes.Address, ["core"], 0, TimeSpan.FromSeconds(3));

    private NodeWire Listen(string node)
    {
        var files = new TlsFiles(_authority.CertificateFile, _authority.KeyFile, null, TimeSpan.FromSeconds(10));
        var settings = new ClusterSettings
        {
            Name = "test",
            Node = node,
            Host = "127.0.0.1",
            Port = 0,
            Tls = new ClusterTlsSettings(files, _authority.AuthorityFile, RequiresClientCertificate: true),
            Lease = TimeSpan.FromSeconds(3),
            MovePause = TimeSpan.Zero,
            MoveWithin = TimeSpan.FromSeconds(1),
            Silence = TimeSpan.FromSeconds(10),
            ConnectWithin = TimeSpan.FromSeconds(10),
            HandshakeWithin = TimeSpan.FromSeconds(10),
            HandshakesMax = 64,
            MessageBytesMax = 1 << 20,
            UnsentBytesMax = 4 << 20,
            UntakenBytesMax = 1 << 20,
        };
        return NodeWire.Listen(settings, "f-1", TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Hands on what it is told to who waits for it.</summary>
    private sealed class Listener : IActorRef<LinkEvent>
    {
        private readonly Channel<LinkEvent> _events = Channel.CreateUnbounded<LinkEvent>();

        public ActorPath Path { get; } = new(null, "listener");

        public void Tell(LinkEvent message) => _events.Writer.TryWrite(message);

        internal ValueTask<LinkEvent> NextAsync(CancellationToken cancellationToken) => _events.Reader.ReadAsync(cancellationToken);
    }
}
