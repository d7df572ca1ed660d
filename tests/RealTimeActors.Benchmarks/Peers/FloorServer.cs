using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>
/// The limit on .NET: <see cref="Floor"/>, a ring of encoded frames and a cursor per connection, with nothing of the product around it; past Kestrel on
/// the connection's socket, or through Kestrel's stream (the only way where there is TLS).
/// </summary>
internal sealed class FloorServer(bool throughStream, bool isTls) : Peer
{
    internal override string Name => (throughStream, isTls) switch { (false, _) => "floor", (true, false) => "floor-stream", _ => "floor-stream-tls" };

    internal override PeerKind Kind => PeerKind.Floor;

    internal override bool IsCompiledAsItRuns => true;

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var arguments = new List<string> { "peer-floor", $"{port}", throughStream ? "stream" : "socket" };
        if (isTls)
        {
            var (certificate, key) = Certificate.Write(folder);
            arguments.AddRange([certificate, key]);
        }

        var server = StartSelf(workload, options, folder, port, arguments);
        await server.Ready("/readyz", isTls);
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) =>
        new LoadLoop<RealTimeProto>(new RealTimeProto(confirm: ""), server.Port, isTls) { AckEvery = options.AckEvery };
}
