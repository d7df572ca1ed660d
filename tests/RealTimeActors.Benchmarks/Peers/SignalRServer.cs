using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>ASP.NET Core SignalR with the JSON hub protocol: <see cref="BenchHub"/> in a process of its own.</summary>
internal sealed class SignalRServer : Peer
{
    internal override string Name => "signalr";

    internal override bool IsCompiledAsItRuns => true;

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var port = ServerProcess.FreePort();
        var server = StartSelf(workload, options, ServerProcess.NewFolder(options.DataParent), port, "peer-signalr", $"{port}");
        await server.Ready("/readyz");
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) => new LoadLoop<SignalRJson>(default, server.Port);
}
