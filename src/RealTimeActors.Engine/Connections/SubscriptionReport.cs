using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>How one subscription of a connection stands.</summary>
/// <param name="Channel">What it follows.</param>
/// <param name="Epoch">The life of the log that it reads; empty until the channel has answered.</param>
/// <param name="SentPrefix">Everything up to this offset was told to the connection, as event, skip or gap.</param>
/// <param name="IsLive">Whether it gets what is published as it is published.</param>
/// <param name="Held">Events that its stages hold.</param>
internal sealed record SubscriptionReport(ChannelName Channel, string Epoch, long SentPrefix, bool IsLive, int Held);
