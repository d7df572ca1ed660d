using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RealTimeActors.Benchmarks.Dialects;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;
using RealTimeActors.Edge;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>
/// A node of the product in this program, with hashes and without: what they cost. No configuration switches them off, so this is not the server; both sides of the comparison are.
/// The child mode <c>peer-node PORT hashed|unhashed FOLDER</c>.
/// </summary>
internal sealed class BareNode(bool isHashed) : Peer
{
    internal override string Name => isHashed ? "node" : "node-unhashed";

    internal override PeerKind Kind => PeerKind.Product;

    internal override bool IsCompiledAsItRuns => true;

    internal override bool Takes(Workload workload) => workload is { Durability: Durability.Durable, Kind: WorkloadKind.Throughput };

    internal override async Task<ServerProcess> Start(Workload workload, RunOptions options)
    {
        var folder = ServerProcess.NewFolder(options.DataParent);
        var port = ServerProcess.FreePort();

        // Compiled as the server is, which says so in its project file.
        var server = ServerProcess.Start(options.ServerCpusOf(workload), folder, port, "env",
            ["DOTNET_TC_QuickJit=0", "dotnet", Self, "peer-node", $"{port}", isHashed ? "hashed" : "unhashed", Path.Combine(folder, "data")]);
        await server.Ready("/readyz", isTls: false);
        return server;
    }

    internal override LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options) =>
        new LoadLoop<RealTimeProto>(new RealTimeProto("persisted"), server.Port, isTls: false) { AckEvery = options.AckEvery };

    internal static async Task<int> Serve(int port, bool isHashed, string folder)
    {
        var settings = SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["realtime:http:port"] = $"{port}",
            ["realtime:data-directory"] = folder,
        }).Build());
        settings = settings with { Engine = settings.Engine with { IsUnhashed = !isHashed } };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseRealTimeKestrel(settings);
        builder.AddRealTimeActors(settings);
        await using var application = builder.Build();
        application.UseRealTimeProblems().UseRouting();
        application.MapRealTimeActors();
        await application.RunAsync();
        return 0;
    }
}
