using RealTimeActors.Engine;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Bugs are planted in the engine, one at a time. A checker that does not find its bug checks nothing.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    /// <summary>Planted, but not met reliably by any workload yet. To become empty.</summary>
    private static readonly string[] _unmet =
    [
        // A channel's actor recovers with its followers; none ends under them while a node lives, but with --ends, which finds more than this.
        nameof(PlantedBug.HeldForgottenAtRejoin),

        // Met in two hunts of three (schedules 6 and 132) before clients carried their last id over to the next connection; not hunted to the end since.
        nameof(PlantedBug.BatchOfAnotherLine),

        // Met in two hunts of three (schedules 1 and 40); in the third not within 150.
        nameof(PlantedBug.ConflatingEndsTooEarly),
    ];

    public static TheoryData<string> Bugs => [.. Enum.GetNames<PlantedBug>().Where(name => name != nameof(PlantedBug.None)).Except(_unmet).Except(ClusterBugHunt.Bugs.Select(bug => bug.ToString()))];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name)
    {
        var quarry = PlantedBugHunt.Hunt(Enum.Parse<PlantedBug>(name));

        output.WriteLine(quarry.ToString());
        Assert.True(quarry.IsFound, quarry.ToString());
    }
}
