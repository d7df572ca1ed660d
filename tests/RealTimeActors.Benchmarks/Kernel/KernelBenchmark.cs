using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;

namespace RealTimeActors.Benchmarks.Kernel;

/// <summary>
/// What the actor kernel costs: <c>kernel [workload …] [--runs N]</c>. Prints a table of medians and one JSON line. For figures of one core run it under
/// <c>taskset -c 0</c>.
/// </summary>
internal static class KernelBenchmark
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(8);

    private static readonly (string Name, string Unit, Func<Task<double>> Measure)[] _workloads =
    [
        ("one-to-one", "messages/s", () => Throughput.OneToOneAsync(Messages.Shared)),
        ("one-to-one-new", "messages/s", () => Throughput.OneToOneAsync(Messages.New)),
        ("one-to-one-variant", "messages/s", () => Throughput.OneToOneAsync(Messages.ToAnything)),
        ("ping-pong", "messages/s", () => Throughput.PingPongAsync(pairs: 1, inFlight: 1)),
        ("8x100", "messages/s", () => Throughput.PingPongAsync(pairs: 8, inFlight: 100)),
        ("fan-out-1000", "messages/s", () => Throughput.FanOutAsync(actors: 1_000)),
        ("ask", "asks/s", Throughput.AskAsync),
        ("spawn-and-stop", "actors/s", Throughput.SpawnAndStopAsync),
        ("idle-actor", "bytes", Footprint.IdleActorAsync),
        ("allocated-per-message", "bytes", Footprint.AllocatedPerMessageAsync),
    ];

    internal static async Task<int> RunAsync(string[] args)
    {
        var runs = 5;
        var index = Array.IndexOf(args, "--runs");
        if (index >= 0)
        {
            runs = int.Parse(args[index + 1], CultureInfo.InvariantCulture);
            args = [.. args[..index], .. args[(index + 2)..]];
        }

        var unknown = args.Except(_workloads.Select(w => w.Name)).FirstOrDefault();
        if (unknown is not null)
        {
            Console.Error.WriteLine($"Expected one of {string.Join(", ", _workloads.Select(w => w.Name))}, got {unknown}.");
            return 2;
        }

        Console.WriteLine($"{Environment.ProcessorCount} core(s), .NET {Environment.Version}, server GC {GCSettings.IsServerGC}, {runs} runs each");
        Console.WriteLine($"{"workload",-24}{"median",16}{"least",16}{"most",16}  unit");
        var medians = new Dictionary<string, double>();
        foreach (var workload in _workloads.Where(w => args.Length == 0 || args.Contains(w.Name)))
        {
            await WarmUpAsync(workload.Measure, workload.Unit);
            var figures = new double[runs];
            for (var run = 0; run < runs; run++)
                figures[run] = await workload.Measure();

            Array.Sort(figures);
            medians[workload.Name] = Math.Round(figures[runs / 2], 3);
            Console.WriteLine($"{workload.Name,-24}{figures[runs / 2],16:N1}{figures[0],16:N1}{figures[^1],16:N1}  {workload.Unit}");
        }

        Console.WriteLine(JsonSerializer.Serialize(new { benchmark = "kernel", cores = Environment.ProcessorCount, runs, medians }));
        return 0;
    }

    /// <summary>
    /// On one core the compiler's background thread gets little time while the workload runs: it takes seconds until all hot methods are in their
    /// last tier, and before that the figures are four times lower.
    /// </summary>
    private static async Task WarmUpAsync(Func<Task<double>> measure, string unit)
    {
        var since = Stopwatch.GetTimestamp();
        do
            await measure();
        while (unit != "bytes" && Stopwatch.GetElapsedTime(since) < _warmUp);
    }
}
