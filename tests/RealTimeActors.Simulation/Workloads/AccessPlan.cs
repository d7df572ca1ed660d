namespace RealTimeActors.Simulation.Workloads;

/// <summary>How a run goes about who is who; a run without one asks nobody.</summary>
/// <param name="LifetimeMax">The longest that a token is good for.</param>
/// <param name="VariesRights">Whether a user's next token may give other rights than the last.</param>
/// <param name="PutsOut">Whether an administrator puts users out.</param>
/// <param name="HasIntruder">Whether somebody else shows the sessions of the clients, keys and all.</param>
/// <param name="IsSlow">Whether checking a token takes time.</param>
/// <param name="Fails">Whether a token sometimes cannot be checked.</param>
/// <param name="IsForeseen">Whether clients know when their tokens end; otherwise the server tells them.</param>
internal sealed record AccessPlan(TimeSpan LifetimeMax, bool VariesRights, bool PutsOut, bool HasIntruder, bool IsSlow, bool Fails, bool IsForeseen)
{
    /// <summary>Whether the administrator puts out who is connected to one of two nodes just when these do not reach each other.</summary>
    public bool PutsOutApart { get; init; }
}
