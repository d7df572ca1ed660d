using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>NATS (the Debian package nats-server) over its WebSocket port: core NATS (no persistence, no sessions, no offsets); for W5 and W6 JetStream.</summary>
internal sealed class NatsServer(bool isTls) : Peer
{
    private static readonly DebianProgram _program = new("nats-server", "nats-server");

    internal override string Name => isTls ? "nats-tls" : "nats";

    internal override string NameUnder(Workload workload) => workload.Kind switch
    {
        WorkloadKind.ComeBack => "nats jetstream (a consumer each)",
        _ when workload.Durability == Durability.Durable => "nats jetstream (no disk wait)",
        _ => Name,
    };

    internal override bool Takes(Workload workload) => workload.Kind != WorkloadKind.Lanes;

    internal override string? Prepare(RunOptions options) => _program.Prepare(options);

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(folder, "nats.conf");
        var tls = "no_tls: true";
        if (isTls)
        {
            var (certificate, key) = Certificate.Write(folder);
            tls = $$"""tls { cert_file: "{{certificate}}", key_file: "{{key}}" }""";
        }

        await File.WriteAllTextAsync(configuration,
            $$"""
            listen: "127.0.0.1:{{ServerProcess.FreePort()}}"
            max_connections: 65536
            websocket { listen: "127.0.0.1:{{port}}", {{tls}} }
            {{(workload.Durability == Durability.Durable ? $$"""jetstream { store_dir: "{{folder}}/jetstream" }""" : "")}}
            """);
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, _program.Path!, "-c", configuration);
        await server.Ready(path: null);
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) => workload.Kind switch
    {
        WorkloadKind.ComeBack => new LoadLoop<NatsReplay>(default, server.Port, isTls),
        _ when workload.Durability == Durability.Durable => new LoadLoop<NatsJetStream>(default, server.Port, isTls),
        _ => new LoadLoop<Nats>(default, server.Port, isTls),
    };
}
