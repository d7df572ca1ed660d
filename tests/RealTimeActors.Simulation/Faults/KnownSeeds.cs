using RealTimeActors.Engine;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Where planted bugs were met last, so that the tests need not look for them anew every time: printed by <c>--plant all --table</c>, beside how many schedules it takes from seeds that know nothing of them. Where the
/// engine has changed and a seed does not meet its bug any more, it is hunted for.
/// </summary>
internal static class KnownSeeds
{
    public static ulong? Of(PlantedBug bug) => bug switch
    {
        _ => null,
    };
}
