using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>RealTimeActors itself: the server as it was built, started as a user starts it.</summary>
internal sealed class Product(WireChoice format, bool isTls) : Peer
{
    internal override string Name => $"realtime{(format == WireChoice.Json ? "-json" : "")}{(isTls ? "-tls" : "")}";

    internal override PeerKind Kind => PeerKind.Product;

    internal override bool IsCompiledAsItRuns => true;

    internal override bool Takes(Workload workload) => workload.Kind != WorkloadKind.Lanes || format == WireChoice.Proto;

    internal override string? Prepare(RunOptions options)
    {
        Repository.EnsureServerIsBuilt();
        return null;
    }

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var durability = workload.Durability == Durability.Ephemeral ? "ephemeral" : "durable";
        var settings = new List<string>
        {
            $"realtime.http.port={port}",
            $"realtime.data-directory={Path.Combine(folder, "data")}",
            $$"""realtime.channels=[{"pattern":"bench.>","durability":"{{durability}}"}]""",
        };
        if (isTls)
        {
            var (certificate, key) = Certificate.Write(folder);
            settings.AddRange([$"realtime.http.tls.certificate={certificate}", $"realtime.http.tls.key={key}"]);
        }

        settings.AddRange(options.ServerSettings);
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, "dotnet", [Repository.ServerAssembly, "serve", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        await server.Ready("/readyz", isTls);
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options)
    {
        var confirm = workload is { Durability: Durability.Durable, Kind: WorkloadKind.Throughput } ? "persisted" : "";
        return format == WireChoice.Json
            ? new LoadLoop<RealTimeJson>(new RealTimeJson(confirm), server.Port, isTls) { AckEvery = options.AckEvery }
            : new LoadLoop<RealTimeProto>(new RealTimeProto(confirm), server.Port, isTls) { AckEvery = options.AckEvery };
    }
}
