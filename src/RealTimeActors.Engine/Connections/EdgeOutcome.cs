namespace RealTimeActors.Engine.Connections;

/// <summary>An edge actor has done what it was ordered.</summary>
/// <param name="Order">Which order.</param>
/// <param name="Connections">How many connections it met.</param>
/// <param name="Subscriptions">How many subscriptions.</param>
internal sealed record EdgeOutcome(long Order, int Connections, int Subscriptions);
