using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>The limit on .NET: <see cref="Floor"/>, a ring of encoded frames and a cursor per socket, with nothing of the product around it.</summary>
internal sealed class FloorServer : Peer
{
    internal override string Name => "floor";

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var server = StartSelf(workload, options, "peer-floor", ServerProcess.FreePort());
        await server.Ready("/readyz");
        return server;
    }

    internal override LoadLoop NewLoop(int port, Workload workload, RunOptions options) =>
        new LoadLoop<RealTimeProto>(new RealTimeProto(workload.PayloadBytes, confirm: ""), port) { AckEvery = options.AckEvery };
}
