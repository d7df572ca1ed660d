using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Socket.IO 4: the small server in <c>Node/socketio.mjs</c>.</summary>
internal sealed class SocketIoServer : Peer
{
    internal override string Name => "socketio";

    internal override string? Prepare(RunOptions options) => NodeProgram.Prepare();

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var server = NodeProgram.Start(options.ServerCpusOf(workload), options.DataParent, "socketio.mjs");
        await server.Ready("/readyz");
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) => new LoadLoop<Dialects.SocketIo>(default, server.Port);
}
