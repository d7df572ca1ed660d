namespace RealTimeActors.Protocol.Frames;

/// <summary>What a subscription receives.</summary>
public enum SubscriptionMode : byte
{
    /// <summary>The events.</summary>
    Events,

    /// <summary>A snapshot of the state, then changes.</summary>
    State,
}
