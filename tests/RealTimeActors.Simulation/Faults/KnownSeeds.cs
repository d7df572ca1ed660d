using RealTimeActors.Engine;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Where planted bugs were met last, so that the tests need not look for them anew every time: printed by <c>--plant all --table</c>, beside how many schedules it takes from seeds that know nothing of them. Where the
/// engine has changed and none of a bug's seeds meets it any more, it is hunted for.
/// </summary>
internal static class KnownSeeds
{
    /// <summary>One of each hunt that found it, the soonest first.</summary>
    public static ReadOnlySpan<ulong> Of(PlantedBug bug) => bug switch
    {
        _ => [],
    };
}
