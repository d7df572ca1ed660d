using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Bugs are planted in the engine, one at a time. A checker that does not find its bug checks nothing. How soon each is found from seeds that know nothing of it: <c>--plant all</c>.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    /// <summary>Planted, and not met yet by a seed that is known, nor soon enough by others. To become empty.</summary>
    private static readonly PlantedBug[] _unmet = [PlantedBug.DeliveredForgetsResumed, PlantedBug.SnapshotPartsOfTwoOffsets, PlantedBug.RememberedNotStarted];

    public static TheoryData<string> Bugs => [.. PlantedBugHunt.All.Except(_unmet).Select(bug => bug.ToString())];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name)
    {
        var found = PlantedBugHunt.Meet(Enum.Parse<PlantedBug>(name));

        output.WriteLine(found is null ? $"{name} was not found" : $"{name} was found after {found.Number} schedules, by seed {found.Result.Plan.Seed}: {found.Result.Violation}");
        Assert.NotNull(found);
    }
}
