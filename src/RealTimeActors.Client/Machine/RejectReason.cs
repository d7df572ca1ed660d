namespace RealTimeActors.Client.Machine;

/// <summary>Why a client did not send a request.</summary>
public enum RejectReason
{
    /// <summary>As many publishes, edits or states of presence, or bytes of them, as may wait for their answers are waiting.</summary>
    OutboxFull,

    /// <summary>As many reads as may wait for their answers are waiting.</summary>
    TooManyRequests,

    /// <summary>A frame of this size is not taken by the server.</summary>
    TooLarge,

    /// <summary>The client is closed.</summary>
    Closed,

    /// <summary>Its time ran out, or the application withdrew it, before it was ever sent.</summary>
    Withdrawn,

    /// <summary>The edit could not be written down, so that a crash could have lost it: it is neither shown nor sent.</summary>
    NotKept,
}
