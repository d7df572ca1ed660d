namespace RealTimeActors.Client.Machine;

/// <summary>Where a client stands.</summary>
public enum ClientState
{
    /// <summary>Not started.</summary>
    Disconnected,

    /// <summary>On its way to the first welcome, however many attempts it takes.</summary>
    Connecting,

    /// <summary>Welcomed. Subscriptions are resumed, or being so: their notices say which.</summary>
    Connected,

    /// <summary>Was connected before and is on its way back.</summary>
    Reconnecting,

    /// <summary>Ended for good, by the application or by a refusal that no further attempt can change.</summary>
    Closed,
}
