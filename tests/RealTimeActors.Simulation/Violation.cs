namespace RealTimeActors.Simulation;

/// <summary>A promise that was broken.</summary>
/// <param name="Invariant">Its name in the list of invariants.</param>
/// <param name="Message">What was expected and what came.</param>
internal sealed record Violation(string Invariant, string Message)
{
    public override string ToString() => $"{Invariant}: {Message}";
}
