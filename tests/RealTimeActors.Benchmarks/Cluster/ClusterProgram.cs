using System.Runtime.InteropServices;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Workloads;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>The works, one after the other; in each the clusters take turns, so that a change of the machine's mood hits them alike. The mode <c>cluster</c>.</summary>
internal static class ClusterProgram
{
    private static volatile bool _isEnding;

    internal static async Task<int> Run(string[] arguments)
    {
        try
        {
            if (arguments is ["--help" or "-h"]) throw new BenchmarkFailure(ClusterOptions.Usage);
            var options = ClusterOptions.Parse(arguments);
            Prepare(options);
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
            if (options.OutFolder is { } folder) File.Delete(Path.Combine(Directory.CreateDirectory(folder).FullName, "cluster.jsonl"));
            var report = new ClusterReport(options, RunFacts.Now(["cluster", .. arguments]));
            var isWhole = true;
            foreach (var work in options.Works) isWhole &= await Run(work, options, report);
            return isWhole ? 0 : 1;
        }
        catch (BenchmarkFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static void Prepare(ClusterOptions options)
    {
        // Asked only where the database is missing: the answer of the tests' kit is found once.
        if (!Directory.Exists("/usr/lib/postgresql") && new DebianProgram("pg_ctlcluster", "postgresql").Prepare(options.Install) is { } missing) throw new BenchmarkFailure(missing);
        if (PrivatePostgreSql.WhyNot is { } reason) throw new BenchmarkFailure(reason);
        if (options.Share > 0 && ProcessorShare.WhyNot() is { } noShare) throw new BenchmarkFailure(noShare);
        Repository.EnsureServerIsBuilt();
    }

    // A database is no child of this program: it would stay, and so would the folders of all.
    private static void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_isEnding) return;
        _isEnding = true;
        ClusterUnderLoad.EndLatest().Wait();
        Environment.Exit(130);
    }

    private static async Task<bool> Run(ClusterWork work, ClusterOptions options, ClusterReport report)
    {
        var runs = work.Topologies.ToDictionary(topology => topology, _ => new List<Figures>());
        var failed = new Dictionary<Topology, string>();
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var topology in work.Topologies.Where(topology => !failed.ContainsKey(topology)))
            {
                try
                {
                    var figures = await ClusterTrial.Measure(work, topology, options);
                    runs[topology].Add(figures);
                    report.Line(work, topology.Name, run, figures);
                }
                catch (Exception) when (_isEnding)
                {
                    // What is being measured has gone. Whoever is ending it ends this program, too.
                    await Task.Delay(Timeout.Infinite);
                }
                catch (Exception failure) when (failure is BenchmarkFailure or IOException or System.Net.Sockets.SocketException or InvalidOperationException or HttpRequestException)
                {
                    // A cluster that fails has no figures, however many runs went well.
                    failed[topology] = failure.Message;
                    runs[topology].Clear();
                    await Console.Error.WriteLineAsync($"{work.Name} {topology.Name} run {run}: {failure.Message}");
                }
            }
        }

        foreach (var topology in work.Topologies.Where(topology => runs[topology].Count > 0)) report.Line(work, topology.Name, run: null, Figures.Median(runs[topology]));
        report.Add(work, [.. work.Topologies.Select(topology => new ContenderResult(topology.Name, topology.Name, PeerKind.Product, runs[topology], failed.GetValueOrDefault(topology)))]);
        return failed.Count == 0;
    }
}
