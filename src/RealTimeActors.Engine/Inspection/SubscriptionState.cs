namespace RealTimeActors.Engine.Inspection;

/// <summary>Where a subscription gets its events from just now.</summary>
public enum SubscriptionState
{
    /// <summary>As they are published.</summary>
    Live,

    /// <summary>From the log, at its own pace.</summary>
    CatchingUp,

    /// <summary>Not at all: its session is away and goes on later.</summary>
    Away,
}
