using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>Something that can be put under a workload: the product, or one of those it is measured beside.</summary>
internal abstract class Peer
{
    /// <summary>What the command line and the tables call it.</summary>
    internal abstract string Name { get; }

    /// <summary>The product or one of its limits, rather than somebody else's server. Colours the picture.</summary>
    internal virtual PeerKind Kind => PeerKind.Other;

    /// <summary>True on .NET: the server compiles as it runs, and gets faster for some seconds. (Node does, too, but is through within one.)</summary>
    internal virtual bool IsCompiledAsItRuns => false;

    /// <summary>The name where the workload makes it something else.</summary>
    internal virtual string NameUnder(Workload workload) => Name;

    /// <summary>False for workloads it has nothing to compare with.</summary>
    internal virtual bool Takes(Workload workload) => workload.Durability == Durability.Ephemeral && workload.Kind != WorkloadKind.Lanes;

    /// <summary>Installs what it needs where that may be; null when it can run here, otherwise what is missing, for the one who reads the table.</summary>
    internal virtual string? Prepare(RunOptions options) => null;

    /// <summary>Starts a fresh server and waits until it takes connections.</summary>
    internal abstract Task<ServerProcess> Start(Workload workload, RunOptions options);

    /// <summary>A load side that speaks its language.</summary>
    internal abstract LoadLoop NewLoop(ServerProcess server, Workload workload, RunOptions options);

    /// <summary>This program, for peers that run in it.</summary>
    private protected static string Self => Path.Combine(AppContext.BaseDirectory, "RealTimeActors.Benchmarks.dll");

    private protected static ServerProcess StartSelf(Workload workload, RunOptions options, string folder, int port, params IEnumerable<string> arguments) =>
        ServerProcess.Start(options.ServerCpusOf(workload), folder, port, "dotnet", [Self, .. arguments]);
}
