using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Bugs are planted in the engine, one at a time. A checker that does not find its bug checks nothing.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    /// <summary>Planted, but not met reliably by any workload yet. To become empty.</summary>
    private static readonly string[] _unmet =
    [
        // Met in two hunts of three (schedules 6 and 132) before clients carried their last id over to the next connection; not hunted to the end since answers break off more often.
        nameof(PlantedBug.BatchOfAnotherLine),

        // Met in two hunts of three (schedules 1 and 40), in the third not within 150, before some clients were made to fall behind; not hunted to the end since.
        nameof(PlantedBug.ConflatingEndsTooEarly),

        // New, and not hunted to the end yet.
        nameof(PlantedBug.StateOwedForgotten),
        nameof(PlantedBug.FieldsForgottenInState),
        nameof(PlantedBug.HistorySkipsOne),
        nameof(PlantedBug.TrimmedBeyondKept),
    ];

    public static TheoryData<string> Bugs => [.. Enum.GetNames<PlantedBug>().Where(name => name != nameof(PlantedBug.None)).Except(_unmet)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name)
    {
        var quarry = PlantedBugHunt.Hunt(Enum.Parse<PlantedBug>(name));

        output.WriteLine(quarry.ToString());
        Assert.True(quarry.IsFound, quarry.ToString());
    }
}
