using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Everyone, by the names they have on the command line and in the tables.</summary>
internal static class PeerList
{
    private static readonly IReadOnlyList<Peer> _all =
    [
        new Product(WireChoice.Proto, isTls: false),
        new Product(WireChoice.Json, isTls: false),
        new Product(WireChoice.Proto, isTls: true),
        new Product(WireChoice.Json, isTls: true),
        new BareNode(isHashed: true),
        new BareNode(isHashed: false),
        new NatsServer(isTls: false),
        new NatsServer(isTls: true),
        new SignalRServer(),
        new NchanServer(),
        new MosquittoServer(),
        new SocketIoServer(),
        new WsServer(),
        new FloorServer(throughStream: false, isTls: false),
        new FloorServer(throughStream: true, isTls: false),
        new FloorServer(throughStream: true, isTls: true),
    ];

    internal static Peer Named(string name) =>
        _all.FirstOrDefault(peer => peer.Name == name) ?? throw new BenchmarkFailure($"unknown contender '{name}': {string.Join(", ", _all.Select(peer => peer.Name))}");
}
