using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Connections;

/// <summary>How one connection stands.</summary>
internal sealed record ConnectionReport(
    string Id, string Remote, string Transport, WireFormat Format, string? Client, long ConnectedUnixMs, long HeardUnixMs, IReadOnlyList<SubscriptionReport> Subscriptions);
