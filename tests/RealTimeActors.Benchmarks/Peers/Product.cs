using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>RealTimeActors itself: the server as it was built, started as a user starts it.</summary>
internal sealed class Product : Peer
{
    internal override string Name => "realtime";

    internal override bool Takes(Workload workload) => true;

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        Repository.EnsureServerIsBuilt();
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var durability = workload.Durability == Durability.Ephemeral ? "ephemeral" : "durable";
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, "dotnet",
        [
            Repository.ServerAssembly, "serve",
            "--set", $"realtime.http.port={port}",
            "--set", $"realtime.data-directory={Path.Combine(folder, "data")}",
            "--set", $$"""realtime.channels=[{"pattern":"bench.>","durability":"{{durability}}"}]""",
            .. options.ServerSettings.SelectMany(setting => new[] { "--set", setting }),
        ]);
        try
        {
            await server.Ready("/readyz");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    internal override LoadLoop NewLoop(int port, Workload workload, RunOptions options)
    {
        var confirm = workload.Durability == Durability.Durable ? "persisted" : "";
        return options.Format == WireChoice.Json
            ? new LoadLoop<RealTimeJson>(new RealTimeJson(workload.PayloadBytes, confirm), port) { AckEvery = options.AckEvery }
            : new LoadLoop<RealTimeProto>(new RealTimeProto(workload.PayloadBytes, confirm), port) { AckEvery = options.AckEvery };
    }
}
