using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Simulation;

// Replays one run, or looks for a failing one:
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 123 [--trace]
//   dotnet run -c Release --project tests/RealTimeActors.Simulation -- --seed 1 --schedules 500
var seed = ulong.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var schedules = int.Parse(Option("--schedules") ?? "1", CultureInfo.InvariantCulture);
var clock = Stopwatch.StartNew();

if (schedules == 1)
{
    var result = Simulation.Run(RunPlan.Draw(seed), args.Contains("--trace") ? Console.WriteLine : null);
    Console.WriteLine($"Seed {seed}: trace {result.TraceHash:x16}, {(result.IsFine ? "fine" : "broken")}, {clock.ElapsedMilliseconds} ms");
    Console.WriteLine(result.Plan);
    if (!result.IsFine)
        Console.WriteLine(result.Explain());

    return result.IsFine ? 0 : 1;
}

var summary = Schedules.Run(seed, schedules);
foreach (var failure in summary.Failures)
    Console.WriteLine(args.Contains("--brief") ? $"Seed {failure.Plan.Seed} broke {failure.Violation}" : failure.Explain());

foreach (var (situation, times) in summary.Sometimes.All)
    Console.WriteLine($"{times,12:#,0}  {situation}");

Console.WriteLine($"{schedules} schedules from seed {seed}: {summary.Failures.Count} broken, {clock.Elapsed.TotalSeconds:0.0} s");
return summary.Failures.Count == 0 ? 0 : 1;

string? Option(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
