using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Engine;
using RealTimeActors.Simulation;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;

// Replays one run, or looks for failing ones:
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 123 [--trace]
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 1 --schedules 1000000 [--minutes 30] [--failures 20] [--brief]
// with --cluster: on several nodes (everywhere here); with --anywhere: the same, and requests over plain HTTP go to any of them;
// with --seed 123 --shrink: takes out of a failing run what it does not need, and says how to replay what is left (--without kills,client-2,… --moment 3);
// with --ends: in every one of them actors of channels end under those who follow them, and with --end-sessions actors of sessions under their connections;
// with --plans: only says what those seeds draw;
// or plants bugs in the engine and says how soon they are found:
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --plant all [--hunts 5] [--table] (or some names with commas between them; or the name of one, with --seed: that run)
var seed = ulong.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var schedules = int.Parse(Option("--schedules") ?? (Option("--minutes") is null ? "1" : "1000000"), CultureInfo.InvariantCulture);
Func<ulong, RunPlan> draw = args.Contains("--anywhere") ? ClusterPlan.DrawAnywhere : args.Contains("--cluster") ? ClusterPlan.Draw : RunPlan.Draw;
var planted = Option("--plant");

return args.Contains("--plans") ? ShowPlans()
    : planted is not null && Option("--seed") is null ? Hunt(planted)
    : schedules == 1 ? RunOne()
    : RunMany();

int Hunt(string names)
{
    var clock = Stopwatch.StartNew();
    var bugs = names == "all" ? PlantedBugHunt.All : names.Split(',').Select(Enum.Parse<PlantedBug>);
    var hunts = int.Parse(Option("--hunts") ?? $"{PlantedBugHunt.Hunts}", CultureInfo.InvariantCulture);
    var found = new ConcurrentBag<PlantedBugHunt.Quarry>();
    Parallel.ForEach(Partitioner.Create(bugs, EnumerablePartitionerOptions.NoBuffering), Schedules.AsManyAsCores, bug =>
    {
        var quarry = PlantedBugHunt.Hunt(bug, hunts);
        Console.WriteLine(quarry);
        found.Add(quarry);
    });

    var quarries = found.OrderBy(quarry => quarry.Bug).ToList();
    if (args.Contains("--table"))
        Console.WriteLine(string.Join('\n', quarries.Where(quarry => quarry.Seeds.Count > 0).Select(quarry => quarry.Line)));

    var medians = quarries.Select(quarry => quarry.Median).Order().ToList();
    var inEach = quarries.Count(quarry => quarry.IsFound);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inEach} of {quarries.Count} bugs found in each of {hunts} hunts; the median of their medians is {medians[medians.Count / 2]} schedules; {clock.Elapsed.TotalSeconds:0.0} s"));
    return inEach == quarries.Count ? 0 : 1;
}

int ShowPlans()
{
    for (var i = 0UL; i < (ulong)schedules; i++)
        Console.WriteLine($"{seed + i}: {Ends(draw(seed + i))}");

    return 0;
}

int RunOne()
{
    var clock = Stopwatch.StartNew();
    var plan = Ends(draw(seed)).Without(Option("--without")?.Split(',') ?? []) with { Moment = ulong.Parse(Option("--moment") ?? "0", CultureInfo.InvariantCulture) };
    if (planted is not null)
        plan = PlantedBugHunt.Planted(plan, Enum.Parse<PlantedBug>(planted));

    var result = Simulation.Run(plan, args.Contains("--trace") ? Console.WriteLine : null);
    if (!result.IsFine && args.Contains("--shrink"))
        result = Shrinking.Shrink(result, onLine: Console.WriteLine);

    Console.WriteLine($"Seed {seed}: trace {result.TraceHash:x16}, {(result.IsFine ? "fine" : "broken")}, {clock.ElapsedMilliseconds} ms");
    Console.WriteLine(result.Plan);
    if (!result.IsFine)
        Console.WriteLine(result.Explain());

    return result.IsFine ? 0 : 1;
}

int RunMany()
{
    var summary = Schedules.Run(seed, schedules, Ends, draw, new ScheduleBounds
    {
        Within = Option("--minutes") is { } minutes ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)) : null,
        FailuresMax = int.Parse(Option("--failures") ?? "20", CultureInfo.InvariantCulture),
        Progress = Console.Error.WriteLine,
    });
    foreach (var failure in summary.Failures)
        Console.WriteLine(args.Contains("--brief") ? $"Seed {failure.Plan.Seed} broke {failure.Violation}" : failure.Explain());

    Console.Write(summary.Sometimes);
    Console.WriteLine($"{summary.Count} schedules from seed {seed}: {summary.Failures.Count} broken; {summary.Speed}");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Traces {summary.Traces:x16}; {Environment.CpuUsage.TotalTime.TotalSeconds / summary.Count * 1_000:0} ms of processor and {GC.GetTotalAllocatedBytes() / 1_048_576.0 / summary.Count:0.0} MiB a schedule, {GC.GetTotalPauseDuration().TotalSeconds:0.0} s of pauses to collect them ({GC.CollectionCount(0)}, {GC.CollectionCount(1)}, {GC.CollectionCount(2)})"));
    if (summary.Failures.Count > 0)
        Console.WriteLine($"Broken: {string.Join(", ", summary.Failures.Select(failure => failure.Plan.Seed))}");

    if (summary.Count < schedules)
        Console.WriteLine($"{schedules - summary.Count} of them were not run: {(summary.Failures.Count == 0 ? "the time was over" : "as many as were asked for are broken, or the time was over")}.");

    return summary.Failures.Count == 0 ? 0 : 1;
}

RunPlan Ends(RunPlan plan) => args.Contains("--ends") ? plan with { Faults = plan.Faults with { EndsChannels = true, EndsSessions = args.Contains("--end-sessions"), EndsEphemeral = true } } : plan;

string? Option(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
