namespace RealTimeActors.Simulation.Checkers;

/// <summary>Ends a run at the first broken promise.</summary>
internal sealed class ViolationException(Violation violation) : Exception(violation.ToString())
{
    public Violation Violation { get; } = violation;
}
