using System.Globalization;
using RealTimeActors.Benchmarks.Cluster;
using RealTimeActors.Benchmarks.Floor;
using RealTimeActors.Benchmarks.Integrity;
using RealTimeActors.Benchmarks.Journal;
using RealTimeActors.Benchmarks.Kernel;
using RealTimeActors.Benchmarks.Patterns;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Workloads;

// One line per mode. Everything else is in the folder of the mode.
return args switch
{
    ["kernel", .. var rest] => await KernelBenchmark.RunAsync(rest),
    ["peer-signalr", var port] => await BenchHub.Serve(int.Parse(port, CultureInfo.InvariantCulture)),
    ["peer-floor", var port, var way, .. var files] =>
        await Floor.Serve(int.Parse(port, CultureInfo.InvariantCulture), way == "stream", files.ElementAtOrDefault(0), files.ElementAtOrDefault(1)),
    ["peer-node", var port, var hashing, var folder] => await BareNode.Serve(int.Parse(port, CultureInfo.InvariantCulture), hashing == "hashed", folder),
    ["hashes"] => HashBenchmark.Run(),
    ["verify", .. var rest] => await VerifyBenchmark.RunAsync(rest),
    ["patterns", .. var rest] => await PatternBenchmark.RunAsync(rest),
    ["journal", .. var rest] => await JournalBenchmark.Run(rest),
    ["journal-postgresql", .. var rest] => await PostgreSqlJournalBenchmark.Run(rest),
    ["cluster", .. var rest] => await ClusterProgram.Run(rest),
    _ => await WorkloadProgram.Run(args),
};
