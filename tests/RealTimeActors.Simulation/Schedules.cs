using System.Collections.Concurrent;

namespace RealTimeActors.Simulation;

/// <summary>Many runs, each on one thread, as many at a time as there are cores.</summary>
internal static class Schedules
{
    /// <summary>So many of them are run once, and one is run twice and must be the same: 2 %.</summary>
    private const int TwiceEvery = 50;

    /// <summary>
    /// As many runs at a time as there are cores. Left to itself the pool takes runs of half a second for threads that are blocked and adds another every half a second:
    /// after four minutes 54 worlds shared two cores and their caches (3.8 schedules a second at the beginning, 3.0 then; eighty took 617 ms of processor each, and 463 so).
    /// </summary>
    public static ParallelOptions AsManyAsCores { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Runs schedules from a seed on. Nothing is kept of those that are fine but what they are counted with, so that there may be a million.</summary>
    /// <param name="firstSeed">Where to begin.</param>
    /// <param name="count">How many, unless <paramref name="bounds"/> ends it before.</param>
    /// <param name="change">What is different about each plan; null: nothing.</param>
    /// <param name="draw">What plans are drawn by; null: those of one node.</param>
    /// <param name="bounds">What ends it, and who is told how it goes; null: nothing, and nobody.</param>
    public static ScheduleSummary Run(ulong firstSeed, int count, Func<RunPlan, RunPlan>? change = null, Func<ulong, RunPlan>? draw = null, ScheduleBounds? bounds = null)
    {
        var summary = new ScheduleSummary(count, bounds ?? new ScheduleBounds());

        // One at a time: they take from a tenth of a second to several, and at the end nobody is to wait for another's dozen.
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, count).TakeWhile(_ => summary.GoesOn), EnumerablePartitionerOptions.NoBuffering), AsManyAsCores, i =>
        {
            var plan = (draw ?? RunPlan.Draw)(firstSeed + (ulong)i);
            if (change is not null)
                plan = change(plan);

            var result = Simulation.Run(plan);
            summary.Add(i % TwiceEvery == 0 ? HeldAgainst(Simulation.Run(plan), result) : result);
        });

        return summary;
    }

    /// <summary>The first failing run from a seed on, and how many it took; null when none of so many fails.</summary>
    /// <param name="firstSeed">Where to begin.</param>
    /// <param name="countMax">How many at most.</param>
    /// <param name="change">What is different about each plan.</param>
    /// <param name="counts">Whether a failure is one that is looked for; null: each is.</param>
    /// <param name="draw">What plans are drawn by; null: those of one node.</param>
    public static Found? FirstFailure(ulong firstSeed, int countMax, Func<RunPlan, RunPlan> change, Predicate<RunResult>? counts = null, Func<ulong, RunPlan>? draw = null)
    {
        for (var number = 1; number <= countMax; number++)
        {
            var result = Simulation.Run(change((draw ?? RunPlan.Draw)(firstSeed + (ulong)number - 1)));
            if (!result.IsFine && counts?.Invoke(result) != false)
                return new Found(number, result);
        }

        return null;
    }

    private static RunResult HeldAgainst(RunResult second, RunResult first) => first.TraceHash == second.TraceHash && first.Violation == second.Violation ? first : first with
    {
        Violation = first.Violation ?? new Violation("Determinism", $"The same seed gave two runs: {first.TraceHash:x16} and {second.TraceHash:x16}."),
    };

    /// <param name="Number">How many schedules it took, this one included.</param>
    /// <param name="Result">What came of it.</param>
    internal sealed record Found(int Number, RunResult Result);
}
