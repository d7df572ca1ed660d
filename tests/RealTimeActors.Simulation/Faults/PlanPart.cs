namespace RealTimeActors.Simulation.Faults;

/// <param name="Name">As on the command line.</param>
/// <param name="Without">The plan without it.</param>
internal sealed record PlanPart(string Name, Func<RunPlan, RunPlan> Without);
