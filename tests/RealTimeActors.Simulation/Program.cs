using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Engine;
using RealTimeActors.Simulation;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;

// Replays one run, or looks for a failing one:
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 123 [--trace]
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 1 --schedules 500 [--brief]
// with --cluster: on several nodes (with --schedules and --seed as above);
// with --ends: in every one of them actors of channels end under those who follow them, and with --end-sessions actors of sessions under their connections;
// or plants bugs in the engine and says how soon they are found:
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --plant all (or some names with commas between them; or the name of one, with --seed: that run)
var seed = ulong.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var schedules = int.Parse(Option("--schedules") ?? "1", CultureInfo.InvariantCulture);
Func<ulong, RunPlan> draw = args.Contains("--cluster") ? ClusterPlan.Draw : RunPlan.Draw;
var clock = Stopwatch.StartNew();

var planted = Option("--plant");
if (planted is not null && Option("--seed") is null)
{
    var bugs = planted == "all" ? Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None) : planted.Split(',').Select(Enum.Parse<PlantedBug>);
    var notFound = 0;
    Parallel.ForEach(bugs, bug =>
    {
        var quarry = ClusterBugHunt.Bugs.Contains(bug) ? ClusterBugHunt.Hunt(bug) : PlantedBugHunt.Hunt(bug);
        Console.WriteLine(quarry);
        if (!quarry.IsFound)
            Interlocked.Increment(ref notFound);
    });

    Console.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s");
    return notFound == 0 ? 0 : 1;
}

if (schedules == 1)
{
    var plan = Ends(draw(seed));
    if (planted is not null)
        plan = plan with { Engine = plan.Engine with { Bug = Enum.Parse<PlantedBug>(planted) } };

    var result = Simulation.Run(plan, args.Contains("--trace") ? Console.WriteLine : null);
    Console.WriteLine($"Seed {seed}: trace {result.TraceHash:x16}, {(result.IsFine ? "fine" : "broken")}, {clock.ElapsedMilliseconds} ms");
    Console.WriteLine(result.Plan);
    if (!result.IsFine)
        Console.WriteLine(result.Explain());

    return result.IsFine ? 0 : 1;
}

var summary = Schedules.Run(seed, schedules, Ends, draw);
foreach (var failure in summary.Failures)
    Console.WriteLine(args.Contains("--brief") ? $"Seed {failure.Plan.Seed} broke {failure.Violation}" : failure.Explain());

foreach (var (situation, times) in summary.Sometimes.All)
    Console.WriteLine($"{times,12:#,0}  {situation}");

Console.WriteLine($"{schedules} schedules from seed {seed}: {summary.Failures.Count} broken, {clock.Elapsed.TotalSeconds:0.0} s; {summary.Speed(clock.Elapsed)}");
return summary.Failures.Count == 0 ? 0 : 1;

RunPlan Ends(RunPlan plan) => args.Contains("--ends") ? plan with { Faults = plan.Faults with { EndsChannels = true, EndsSessions = args.Contains("--end-sessions"), EndsEphemeral = true } } : plan;

string? Option(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
