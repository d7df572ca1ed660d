namespace RealTimeActors.Client.Machine.State;

/// <summary>Why an entry is not what it was.</summary>
public enum StateChangeCause
{
    /// <summary>An edit of this client is shown, and not answered yet.</summary>
    Edited,

    /// <summary>An edit of this client is confirmed: it is in what the server has.</summary>
    Confirmed,

    /// <summary>An edit of this client lost or was refused, and is shown no more.</summary>
    RolledBack,

    /// <summary>Somebody else has changed it.</summary>
    Changed,

    /// <summary>The whole document came anew.</summary>
    Replaced,
}
