using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>The modes w1, w1-k1, w4 and w5: all contenders, interleaved, so that a change of the machine's mood hits them alike.</summary>
internal static class WorkloadProgram
{
    internal static async Task<int> Run(string[] arguments)
    {
        try
        {
            var options = RunOptions.Parse(arguments);
            var report = new Report(options, $"dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- {string.Join(' ', arguments)}");
            // Before the first await: whatever thread comes later inherits it. The servers are put elsewhere by taskset.
            options.LoadCpus.Confine();
            foreach (var workload in options.Workloads) await Run(workload, options, report);
            return 0;
        }
        catch (BenchmarkFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static async Task Run(Workload workload, RunOptions options, Report report)
    {
        var contenders = new List<Peer>();
        foreach (var peer in options.Contenders)
        {
            if (!peer.Takes(workload)) await Console.Error.WriteLineAsync($"{workload.Name}: {peer.Name} has nothing to compare with, left out");
            else if (peer.Missing is { } missing) await Console.Error.WriteLineAsync($"{workload.Name}: {peer.Name} left out: {missing}");
            else contenders.Add(peer);
        }

        var results = contenders.ToDictionary(peer => peer, _ => new List<Figures>());
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var peer in contenders)
            {
                var figures = await new WorkloadRun(peer, workload, options).Measure();
                results[peer].Add(figures);
                report.Line(workload, peer, run, figures);
            }
        }

        foreach (var peer in contenders) report.Line(workload, peer, run: null, Figures.Median(results[peer]));
        report.Table(workload, [.. contenders.Select(peer => (peer, (IReadOnlyList<Figures>)results[peer]))]);
    }
}
