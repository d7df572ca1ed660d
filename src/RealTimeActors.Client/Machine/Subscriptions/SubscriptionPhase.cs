namespace RealTimeActors.Client.Machine.Subscriptions;

/// <summary>Where a subscription stands on the present connection.</summary>
internal enum SubscriptionPhase
{
    /// <summary>The server does not know of it on this connection.</summary>
    Detached,

    /// <summary>It was asked for. What arrives for its channel is of a former subscription.</summary>
    Requested,

    /// <summary>The server has announced its position; events follow.</summary>
    Active,

    /// <summary>It was refused for now and is asked for again later.</summary>
    Pausing,

    /// <summary>Over.</summary>
    Ended,
}
