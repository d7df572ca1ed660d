using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Runs;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>The workloads, one after the other; in each all contenders take turns, so that a change of the machine's mood hits them alike.</summary>
internal static class WorkloadProgram
{
    internal static async Task<int> Run(string[] arguments)
    {
        try
        {
            var options = RunOptions.Parse(arguments);
            if (options.OutFolder is { } folder) File.Delete(Path.Combine(Directory.CreateDirectory(folder).FullName, "results.jsonl"));
            var report = new Report(options, RunFacts.Now(arguments));
            // Before the first await: whatever thread comes later inherits it. The servers are put elsewhere by taskset.
            options.LoadCpus.Confine();
            var isWhole = true;
            foreach (var workload in options.Workloads) isWhole &= await Run(workload, options, report);
            return isWhole ? 0 : 1;
        }
        catch (BenchmarkFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    // False when the product itself could not be measured; a peer may be missing.
    private static async Task<bool> Run(Workload workload, RunOptions options, Report report)
    {
        var contenders = options.ContendersOf(workload);
        var leftOut = new Dictionary<Peer, string>();
        foreach (var peer in contenders)
        {
            if (!peer.Takes(workload)) leftOut[peer] = "it has nothing like this to compare with";
            else if (peer.Prepare(options) is { } missing) leftOut[peer] = missing;
        }

        var runs = contenders.ToDictionary(peer => peer, _ => new List<Figures>());
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var peer in contenders.Where(peer => !leftOut.ContainsKey(peer)))
            {
                try
                {
                    var figures = await Trial.Measure(peer, workload, options);
                    runs[peer].Add(figures);
                    report.Line(workload, peer, run, figures);
                }
                catch (Exception failure) when (failure is BenchmarkFailure or IOException or System.Net.Sockets.SocketException)
                {
                    // One contender that fails does not take the others' figures away; its own are not quoted, however many there are.
                    leftOut[peer] = failure.Message;
                    runs[peer].Clear();
                    await Console.Error.WriteLineAsync($"{workload.Name} {peer.Name} run {run}: {failure.Message}");
                }
            }
        }

        foreach (var peer in contenders.Where(peer => runs[peer].Count > 0)) report.Line(workload, peer, run: null, Figures.Median(runs[peer]));
        report.Add(new WorkloadResult(workload, [.. contenders.Select(peer => new ContenderResult(peer.Name, peer.NameUnder(workload), peer.Kind, runs[peer], leftOut.GetValueOrDefault(peer)))]));
        return !leftOut.Keys.Any(peer => peer.Kind == PeerKind.Product && peer.Takes(workload));
    }
}
