using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <summary>What a client asked for when it subscribed; kept by the session, so that a resume brings it back.</summary>
internal sealed record SubscriptionOptions(AckMode AckMode, DeliveryOrder Order, OverflowPolicy Overflow, Priority LeastPriority);
