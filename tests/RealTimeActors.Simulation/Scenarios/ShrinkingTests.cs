using RealTimeActors.Engine;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>A run that breaks a promise does so in the middle of a hundred things that have nothing to do with it.</summary>
public sealed class ShrinkingTests
{
    [Fact]
    public void What_a_failure_does_not_need_is_taken_out_of_its_plan()
    {
        var broken = FirstWith(PlantedBug.AckBeforeCommit);

        var least = Shrinking.Shrink(broken, runsMax: 60);

        Assert.Equal(broken.Violation!.Invariant, least.Violation!.Invariant);
        Assert.True(PlanParts.Of(least.Plan).Count < PlanParts.Of(broken.Plan).Count, $"{PlanParts.Of(least.Plan).Count} parts are left of {PlanParts.Of(broken.Plan).Count}.");
    }

    [Fact]
    public void What_a_failure_of_a_cluster_does_not_need_is_taken_out_nodes_too()
    {
        var broken = FirstWith(PlantedBug.LinkLosesOne);

        var least = Shrinking.Shrink(broken, runsMax: 40);

        Assert.Equal(broken.Violation!.Invariant, least.Violation!.Invariant);
        Assert.True(PlanParts.Of(least.Plan).Count < PlanParts.Of(broken.Plan).Count, $"{PlanParts.Of(least.Plan).Count} parts are left of {PlanParts.Of(broken.Plan).Count}.");
    }

    [Fact]
    public void What_is_left_is_replayed_by_the_names_of_what_was_taken_out()
    {
        var plan = ClusterPlan.Draw(1).Without(PlanParts.Of(ClusterPlan.Draw(1)).Take(2).Select(part => part.Name));

        var again = ClusterPlan.Draw(1).Without(plan.Without);

        Assert.Equal(Simulation.Run(plan).TraceHash, Simulation.Run(again).TraceHash);
    }

    [Fact]
    public void Who_wants_to_take_out_what_is_not_there_is_told_what_is()
    {
        var refused = Assert.Throws<ArgumentException>(() => RunPlan.Draw(1).Without(["kils"]));

        Assert.Contains("'kils'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("client-2", refused.Message, StringComparison.Ordinal);
    }

    private static RunResult FirstWith(PlantedBug bug) => PlantedBugHunt.Meet(bug)!.Result;
}
