namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Runs while no other test of this project does: how fast schedules go is printed, and is to be of them alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class QuietCollection
{
    internal const string Name = "quiet";
}
