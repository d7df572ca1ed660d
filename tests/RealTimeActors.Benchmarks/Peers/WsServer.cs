using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>ws (Node): the small server in <c>Node/ws.mjs</c>.</summary>
internal sealed class WsServer : Peer
{
    internal override string Name => "ws";

    internal override string? Prepare(RunOptions options) => NodeProgram.Prepare();

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var server = NodeProgram.Start(options.ServerCpusOf(workload), options.DataParent, "ws.mjs");
        await server.Ready("/readyz");
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) => new LoadLoop<PlainWebSocket>(default, server.Port);
}
