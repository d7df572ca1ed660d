using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>NATS (the Debian package nats-server) over its WebSocket port, core NATS: no persistence, no sessions, no offsets.</summary>
internal sealed class NatsServer : Peer
{
    private static readonly string? Program =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);

    internal override string Name => "nats";

    internal override string? Missing => Program is null ? "nats-server is not installed (apt-get install nats-server)" : null;

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(parent: null);
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(folder, "nats.conf");
        await File.WriteAllTextAsync(configuration,
            $$"""
            listen: "127.0.0.1:{{ServerProcess.FreePort()}}"
            max_connections: 65536
            websocket { listen: "127.0.0.1:{{port}}", no_tls: true }
            """);
        var server = ServerProcess.Start(options.ServerCpus, folder, port, Program!, "-c", configuration);
        await server.Ready(path: null);
        return server;
    }

    internal override LoadLoop NewLoop(int port, Workload workload, RunOptions options) => new LoadLoop<Nats>(new Nats(workload.PayloadBytes), port);
}
