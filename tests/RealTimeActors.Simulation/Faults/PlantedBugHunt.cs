using RealTimeActors.Engine;
using RealTimeActors.Simulation.Cluster;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Plants a bug in the engine and counts how many schedules it takes until a checker finds it, several times over with other seeds. A run counts that is broken with the bug and fine without.
/// </summary>
internal static class PlantedBugHunt
{
    /// <summary>How often each bug is hunted.</summary>
    public const int Hunts = 3;

    /// <summary>How many schedules a hunt may take.</summary>
    public const int SchedulesMax = 300;

    private const double LossyAnswers = 0.3;

    /// <summary>What only clusters can have whose clients over plain HTTP send each request to any node.</summary>
    public static IReadOnlyList<PlantedBug> OfRelays { get; } = [PlantedBug.RelayLosesPart, PlantedBug.RelayedMixedUp];

    /// <summary>What only several nodes can have.</summary>
    public static IReadOnlyList<PlantedBug> OfClusters { get; } =
    [
        PlantedBug.RevokedWithoutAll,
        PlantedBug.HandedOverUnanswered,
        PlantedBug.LostTakenAsNotDone,
        PlantedBug.AttachForgotten,
        PlantedBug.FenceSkipped,
        PlantedBug.LeaseNotGivenUp,
        PlantedBug.HandOffUnsettled,
        PlantedBug.RememberedNotStarted,
        PlantedBug.DeathIgnored,
        PlantedBug.StandInsKept,
        PlantedBug.LinkLosesOne,
        PlantedBug.HeldDropped,
        .. OfRelays,
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<PlantedBug> All => Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None);

    /// <summary>Hunts it from seeds that know nothing of it.</summary>
    public static Quarry Hunt(PlantedBug bug, int hunts = Hunts)
    {
        var found = new Schedules.Found?[hunts];
        Parallel.For(0, hunts, Schedules.AsManyAsCores, hunt => found[hunt] = From(bug, 1 + ((ulong)hunt * 10_000)));

        var finders = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in found.OfType<Schedules.Found>())
            finders[one.Result.Violation!.Invariant] = finders.GetValueOrDefault(one.Result.Violation.Invariant) + 1;

        ulong[] seeds = [.. found.OfType<Schedules.Found>().OrderBy(one => one.Number).Select(one => one.Result.Plan.Seed)];
        return new Quarry(bug, [.. found.Select(one => one?.Number ?? int.MaxValue).Order()], finders, seeds);
    }

    /// <summary>Whether a checker finds it: by one of the seeds that met it last, and if none of them meets it any more, by hunting. Null: not at all.</summary>
    public static Schedules.Found? Meet(PlantedBug bug)
    {
        foreach (var known in KnownSeeds.Of(bug))
        {
            if (From(bug, known, 1) is { } found)
                return found;
        }

        return From(bug, 1);
    }

    /// <summary>The same run with the bug. One needs an answer to be lost before its client has got the first batch, which few runs bring about: for it more answers are lost.</summary>
    public static RunPlan Planted(RunPlan plan, PlantedBug bug) => plan with
    {
        Engine = plan.Engine with { Bug = bug },
        AnswerCutChance = bug == PlantedBug.BatchOfAnotherLine ? LossyAnswers : plan.AnswerCutChance,
    };

    private static Schedules.Found? From(PlantedBug bug, ulong firstSeed, int schedulesMax = SchedulesMax) =>
        Schedules.FirstFailure(firstSeed, schedulesMax, plan => Planted(plan, bug), IsOfBug, OfRelays.Contains(bug) ? ClusterPlan.DrawAnywhere : OfClusters.Contains(bug) ? ClusterPlan.Draw : RunPlan.Draw);

    private static bool IsOfBug(RunResult result) => Simulation.Run(Planted(result.Plan, PlantedBug.None)).IsFine;

    /// <param name="Bug">What was planted.</param>
    /// <param name="Needed">How many schedules each hunt took, ascending; <see cref="int.MaxValue"/> where it was not found.</param>
    /// <param name="Finders">Which checkers found it, and how often.</param>
    /// <param name="Seeds">Those that met it, that of the shortest hunt first.</param>
    internal sealed record Quarry(PlantedBug Bug, IReadOnlyList<int> Needed, IReadOnlyDictionary<string, int> Finders, IReadOnlyList<ulong> Seeds)
    {
        public bool IsFound => Needed[^1] <= SchedulesMax;

        public int Median => Needed[Needed.Count / 2];

        /// <summary>As it stands in <see cref="KnownSeeds"/>.</summary>
        public string Line => $"        PlantedBug.{Bug} => [{string.Join(", ", Seeds)}],";

        public override string ToString() =>
            $"{Bug,-24} {(IsFound ? "found" : "NOT FOUND")}, median {Shown(Median),3} schedules ({string.Join(", ", Needed.Select(Shown))}), by {string.Join(", ", Finders.Select(finder => $"{finder.Key} {finder.Value}"))}; seeds {string.Join(", ", Seeds)}";

        private static string Shown(int needed) => needed > SchedulesMax ? $"> {SchedulesMax}" : $"{needed}";
    }
}
