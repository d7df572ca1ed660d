using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>Hunts bugs that only several nodes can have, on clusters. A run counts that is broken with the bug and fine without.</summary>
internal static class ClusterBugHunt
{
    /// <summary>What is planted for clusters.</summary>
    public static IReadOnlyList<PlantedBug> Bugs { get; } =
        [PlantedBug.RevokedWithoutAll, PlantedBug.HandedOverUnanswered, PlantedBug.LostTakenAsNotDone, PlantedBug.AttachForgotten];

    public static PlantedBugHunt.Quarry Hunt(PlantedBug bug)
    {
        var hunts = new Schedules.Found?[PlantedBugHunt.Hunts];
        Parallel.For(0, hunts.Length, hunt => hunts[hunt] = Schedules.FirstFailure(1 + ((ulong)hunt * 10_000), PlantedBugHunt.SchedulesMax, plan => Planted(plan, bug), IsOfBug, ClusterPlan.Draw));

        var finders = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var found in hunts.OfType<Schedules.Found>())
            finders[found.Result.Violation!.Invariant] = finders.GetValueOrDefault(found.Result.Violation.Invariant) + 1;

        return new PlantedBugHunt.Quarry(bug, [.. hunts.Select(found => found?.Number ?? int.MaxValue).Order()], finders);
    }

    private static RunPlan Planted(RunPlan plan, PlantedBug bug) => plan with { Engine = plan.Engine with { Bug = bug } };

    private static bool IsOfBug(RunResult result) => Simulation.Run(Planted(result.Plan, PlantedBug.None)).IsFine;
}
