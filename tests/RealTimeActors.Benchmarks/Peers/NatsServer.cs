using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>NATS (the Debian package nats-server) over its WebSocket port: core NATS (no persistence, no sessions, no offsets), and for W5 JetStream.</summary>
internal sealed class NatsServer : Peer
{
    private static readonly string? _program =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);

    internal override string Name => "nats";

    internal override string NameUnder(Workload workload) => workload.Durability == Durability.Durable ? "nats jetstream (no disk wait)" : Name;

    internal override string? Missing => _program is null ? "nats-server is not installed (apt-get install nats-server)" : null;

    internal override bool Takes(Workload workload) => true;

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(folder, "nats.conf");
        await File.WriteAllTextAsync(configuration,
            $$"""
            listen: "127.0.0.1:{{ServerProcess.FreePort()}}"
            max_connections: 65536
            websocket { listen: "127.0.0.1:{{port}}", no_tls: true }
            {{(workload.Durability == Durability.Durable ? $$"""jetstream { store_dir: "{{folder}}/jetstream" }""" : "")}}
            """);
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, _program!, "-c", configuration);
        await server.Ready(path: null);
        return server;
    }

    internal override LoadLoop NewLoop(int port, Workload workload, RunOptions options) => workload.Durability == Durability.Durable
        ? new LoadLoop<NatsJetStream>(new NatsJetStream(workload.PayloadBytes), port)
        : new LoadLoop<Nats>(new Nats(workload.PayloadBytes), port);
}
