using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Something that can be put under a workload: the product, or one of those it is measured beside.</summary>
internal abstract class Peer
{
    /// <summary>What the tables call it.</summary>
    internal abstract string Name { get; }

    /// <summary>The name where the workload makes it something else.</summary>
    internal virtual string NameUnder(Workload workload) => Name;

    /// <summary>Null when it can run here; otherwise what is missing, for the one who reads the table.</summary>
    internal virtual string? Missing => null;

    /// <summary>False for workloads it has nothing to compare with.</summary>
    internal virtual bool Takes(Workload workload) => workload.Durability == Durability.Ephemeral;

    /// <summary>Starts a fresh server and waits until it takes connections.</summary>
    internal abstract Task<ServerProcess> Start(Workload workload, RunOptions options);

    /// <summary>A load side that speaks its language.</summary>
    internal abstract LoadLoop NewLoop(int port, Workload workload, RunOptions options);

    private protected static ServerProcess StartSelf(Workload workload, RunOptions options, string mode, int port)
    {
        var self = Path.Combine(AppContext.BaseDirectory, "RealTimeActors.Benchmarks.dll");
        return ServerProcess.Start(options.ServerCpusOf(workload), ServerProcess.NewFolder(parent: null), port, "dotnet", self, mode, $"{port}");
    }
}
