using RealTimeActors.Engine;

namespace RealTimeActors.Simulation.Faults;

/// <summary>Plants a bug in the engine and counts how many schedules it takes until a checker finds it, several times over with other seeds.</summary>
internal static class PlantedBugHunt
{
    /// <summary>How often each bug is hunted.</summary>
    public const int Hunts = 3;

    /// <summary>How many schedules a hunt may take.</summary>
    public const int SchedulesMax = 150;

    public static Quarry Hunt(PlantedBug bug)
    {
        var hunts = new Schedules.Found?[Hunts];
        Parallel.For(0, Hunts, hunt => hunts[hunt] = Schedules.FirstFailure(1 + ((ulong)hunt * 10_000), SchedulesMax, plan => plan with { Engine = plan.Engine with { Bug = bug } }));

        var finders = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var found in hunts.OfType<Schedules.Found>())
            finders[found.Result.Violation!.Invariant] = finders.GetValueOrDefault(found.Result.Violation.Invariant) + 1;

        return new Quarry(bug, [.. hunts.Select(found => found?.Number ?? int.MaxValue).Order()], finders);
    }

    /// <param name="Bug">What was planted.</param>
    /// <param name="Needed">How many schedules each hunt took, ascending; <see cref="int.MaxValue"/> where it was not found.</param>
    /// <param name="Finders">Which checkers found it, and how often.</param>
    internal sealed record Quarry(PlantedBug Bug, IReadOnlyList<int> Needed, IReadOnlyDictionary<string, int> Finders)
    {
        public bool IsFound => Needed[^1] <= SchedulesMax;

        public int Median => Needed[Needed.Count / 2];

        public override string ToString() =>
            $"{Bug,-22} {(IsFound ? "found" : "NOT FOUND")}, median {Median,3} schedules ({string.Join(", ", Needed)}), by {string.Join(", ", Finders.Select(finder => $"{finder.Key} {finder.Value}"))}";
    }
}
