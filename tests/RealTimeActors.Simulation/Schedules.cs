using System.Collections.Concurrent;

namespace RealTimeActors.Simulation;

/// <summary>Many runs, each on one thread, as many at a time as there are cores.</summary>
internal static class Schedules
{
    public static Summary Run(ulong firstSeed, int count, Func<RunPlan, RunPlan>? change = null)
    {
        var results = new RunResult[count];

        // One at a time: they take from a tenth of a second to several, and at the end nobody is to wait for another's dozen.
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, count), EnumerablePartitionerOptions.NoBuffering), i =>
        {
            var plan = RunPlan.Draw(firstSeed + (ulong)i);
            results[i] = Simulation.Run(change is null ? plan : change(plan));
        });

        var sometimes = new SometimesCounts();
        foreach (var result in results)
            sometimes.Add(result.Sometimes);

        return new Summary([.. results.Where(result => !result.IsFine)], sometimes);
    }

    /// <summary>The first failing run from a seed on, and how many it took; null when none of so many fails.</summary>
    /// <param name="firstSeed">Where to begin.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="change">What is different about each plan.</param>
    /// <param name="counts">Whether a failure is one that is looked for; null: each is.</param>
    public static Found? FirstFailure(ulong firstSeed, int countMax, Func<RunPlan, RunPlan> change, Predicate<RunResult>? counts = null)
    {
        for (var number = 1; number <= countMax; number++)
        {
            var result = Simulation.Run(change(RunPlan.Draw(firstSeed + (ulong)number - 1)));
            if (!result.IsFine && counts?.Invoke(result) != false)
                return new Found(number, result);
        }

        return null;
    }

    /// <param name="Failures">Runs that broke a promise, in order of their seeds.</param>
    /// <param name="Sometimes">What happened in all of them.</param>
    internal sealed record Summary(IReadOnlyList<RunResult> Failures, SometimesCounts Sometimes);

    /// <param name="Number">How many schedules it took, this one included.</param>
    /// <param name="Result">What came of it.</param>
    internal sealed record Found(int Number, RunResult Result);
}
