using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RealTimeActors.Hammer.Cluster.Disks;
using RealTimeActors.Hammer.Cluster.Faults;
using RealTimeActors.Hammer.Cluster.Load;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster;

/// <summary>Random faults under load, round by round: each has channels, publishers and subscribers of its own, a few faults, and is judged at its end.</summary>
internal static class ClusterHammer
{
    private const int FaultsPerRound = 6;
    private const int PauseMaxMs = 1_500;

    internal static async Task<int> RunAsync(ClusterHammerOptions options)
    {
        var shape = options.Shape with { HasDisk = options.Kinds.Any(NeedsDisk) };
        if (shape.HasDisk && LoopDisk.WhyNot is { } noDisk && !options.NamesKinds)
        {
            Console.WriteLine($"Without {string.Join(", ", options.Kinds.Where(NeedsDisk))}. {noDisk}");
            options = options with { Kinds = [.. options.Kinds.Where(kind => !NeedsDisk(kind))] };
            shape = shape with { HasDisk = false };
        }

        if (shape.WhyNot is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 2;
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{shape.Cores} core nodes, {shape.Edges} edges, {shape.Both} nodes of both roles, {(shape.InNamespaces ? "network namespaces" : "proxies")} between them, a lease of {shape.Lease.TotalSeconds} s, {options.Minutes} minutes, seed {options.Seed}"));
        await using var cluster = await ClusterProcesses.StartAsync(shape);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => EndAll(context, cluster));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => EndAll(context, cluster));
        var chance = new Random(options.Seed);
        var results = new List<FaultResult>();
        var clock = Stopwatch.StartNew();
        var (events, rounds, problems) = (0L, 0, new List<string>());
        while (clock.Elapsed < TimeSpan.FromMinutes(options.Minutes) && problems.Count == 0)
        {
            rounds++;
            await using var load = await ClusterLoad.StartAsync(cluster, string.Create(CultureInfo.InvariantCulture, $"r{rounds}"));
            for (var i = 0; i < FaultsPerRound && load.Judgement.IsGood && clock.Elapsed < TimeSpan.FromMinutes(options.Minutes); i++)
                results.Add(await StrikeAsync(cluster, load, options.Kinds, chance));

            var judgement = await load.FinishAsync();
            events += load.Count;
            problems.AddRange(judgement.Problems);
            foreach (var note in judgement.Notes)
                Console.WriteLine($"  note: {note}");

            Console.WriteLine($"Round {rounds}: {load.Count} receipts, {(judgement.IsGood ? "good" : "BAD")}");
        }

        foreach (var node in cluster.Nodes.Where(node => node.EndedEarly > 0))
            Console.WriteLine(FormattableString.Invariant($"{node.Name} ended {node.EndedEarly} times before it was ready, and was started once more."));

        if (problems.Count > 0)
        {
            foreach (var node in cluster.Nodes)
                Console.WriteLine($"--- {node.Name} said last:\n{node.Output}");
        }

        return Conclude(results, events, rounds, problems);
    }

    private static bool NeedsDisk(FaultKind kind) => kind is FaultKind.FullDatabaseDisk or FaultKind.CutDatabasePower;

    /// <summary>Nothing that was started stays behind.</summary>
    private static void EndAll(PosixSignalContext context, ClusterProcesses cluster)
    {
        context.Cancel = true;
        Console.WriteLine("Ended before its time: no verdict.");
        cluster.DisposeAsync().AsTask().ContinueWith(_ => Environment.Exit(2), TaskScheduler.Default);
    }

    private static async Task<FaultResult> StrikeAsync(ClusterProcesses cluster, ClusterLoad load, IReadOnlyList<FaultKind> kinds, Random chance)
    {
        // Faults meet another moment each time; and a cluster that was just made whole has moved its shards or has not.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1 + chance.Next(PauseMaxMs)));
        await pause.WaitForNextTickAsync();
        var (kind, core) = (kinds[chance.Next(kinds.Count)], cluster.Cores[chance.Next(cluster.Cores.Count)]);
        var edges = cluster.Edges.Where(node => node != core).ToList();
        var edge = edges[chance.Next(edges.Count)];

        // Leases are given up meanwhile, or run out, or neither.
        var away = cluster.Lease * (1.5 * chance.NextDouble());
        var isDatabase = kind is FaultKind.KillDatabase or FaultKind.CutDatabasePower;
        Console.WriteLine(isDatabase ? FormattableString.Invariant($"  {kind}: away for {away.TotalMilliseconds:0} ms") : $"  {kind}: {core.Name}, {edge.Name}");
        var result = await new FaultRunner(cluster, load).RunAsync(kind, core, edge, away);
        Console.WriteLine($"  {result}");
        return result;
    }

    private static int Conclude(List<FaultResult> results, long events, int rounds, List<string> problems)
    {
        Console.WriteLine($"{results.Count} faults in {rounds} rounds, {events} receipts. Publish works again (after a fault of the database: from when that is up), by the slowest publisher of each fault:");
        foreach (var recovery in Recovery.Of(results))
            Console.WriteLine($"  {recovery}");

        foreach (var problem in problems)
            Console.WriteLine($"  {problem}");

        Console.WriteLine(problems.Count == 0 ? "Verdict: good. Nothing acknowledged is lost, nothing was delivered twice, every channel has one history." : "Verdict: BAD");
        return problems.Count == 0 ? 0 : 1;
    }
}
