using RealTimeActors.Engine.Access;

namespace RealTimeActors.Engine.Relays;

/// <summary>What a ticket of another node admits to.</summary>
/// <param name="Identity">For whom it was made.</param>
/// <param name="SessionId">For which session; null: for none.</param>
/// <param name="SessionKey">That session's key.</param>
public sealed record RelayedTicket(Identity Identity, string? SessionId, string? SessionKey)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"a ticket of {Identity.User} for {SessionId ?? "no session"}";
}
