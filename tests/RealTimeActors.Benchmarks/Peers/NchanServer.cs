using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>nginx with the nchan module, one worker: subscribers and publishers over WebSocket, messages kept in its buffer for those who come back.</summary>
internal sealed class NchanServer : Peer
{
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    private static readonly DebianProgram _nginx = new("nginx", "nginx", "libnginx-mod-nchan");

    internal override string Name => "nchan";

    internal override string NameUnder(Workload workload) => workload.Kind == WorkloadKind.ComeBack ? "nchan (message buffer)" : Name;

    internal override bool Takes(Workload workload) => base.Takes(workload) || workload.Kind == WorkloadKind.ComeBack;

    internal override string? Prepare(RunOptions options) =>
        _nginx.Prepare(options) ?? (File.Exists(Module) ? null : "nginx is here without nchan (apt-get install libnginx-mod-nchan)");

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration,
            $$"""
            load_module {{Module}};
            daemon off;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid {{folder}}/nginx.pid;
            events { worker_connections 19000; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
                nchan_shared_memory_size 512M;
                server {
                    listen 127.0.0.1:{{port}} backlog=4096;
                    location = /readyz { return 200 "ready"; }
                    location ~ ^/sub/(.+)$ { nchan_subscriber websocket; nchan_channel_id $1; nchan_subscriber_first_message newest; }
                    location ~ ^/pub/(.+)$ { nchan_publisher websocket; nchan_channel_id $1; nchan_message_buffer_length 1000; nchan_message_timeout 10m; }
                }
            }
            """);
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, _nginx.Path!, "-p", folder, "-c", configuration, "-e", Path.Combine(folder, "error.log"));
        await server.Ready("/readyz");
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) =>
        new LoadLoop<Nchan>(new Nchan(withMarks: workload.Kind == WorkloadKind.ComeBack), server.Port);
}
