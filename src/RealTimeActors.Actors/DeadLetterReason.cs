namespace RealTimeActors.Actors;

/// <summary>Why a message was not taken.</summary>
public enum DeadLetterReason
{
    /// <summary>The actor has ended.</summary>
    Stopped,

    /// <summary>The mailbox was full.</summary>
    MailboxFull,

    /// <summary>The stash was full.</summary>
    StashFull,

    /// <summary>The actor failed while handling it.</summary>
    Failed,

    /// <summary>The actor said that it does not take such a message.</summary>
    Unhandled,
}
