using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Eclipse Mosquitto with a WebSocket listener, MQTT 3.1.1, QoS 0, nothing kept.</summary>
internal sealed class MosquittoServer : Peer
{
    private static readonly DebianProgram _program = new("mosquitto", "mosquitto");

    internal override string Name => "mosquitto";

    internal override string? Prepare(RunOptions options) => _program.Prepare(options);

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration,
            // It does not start without a listener for plain MQTT, which nobody uses here.
            $"""
            listener {ServerProcess.FreePort()} 127.0.0.1
            listener {port} 127.0.0.1
            protocol websockets
            allow_anonymous true
            persistence false
            max_queued_messages 0
            max_connections -1
            log_type error
            log_type warning
            {(Environment.UserName == "root" ? "user root" : "")}
            """);
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, _program.Path!, "-c", configuration);
        await server.Ready(path: null);
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) => new LoadLoop<Mqtt>(default, server.Port);
}
