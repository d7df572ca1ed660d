using RealTimeActors.Client.Machine;

namespace RealTimeActors.Client;

/// <summary>A client stands elsewhere now.</summary>
/// <param name="State">Where.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="CloseCode">The code that led there; null where there was none.</param>
public sealed record ClientStateChange(ClientState State, string Reason, int? CloseCode);
