namespace RealTimeActors.Actors;

/// <summary>What a full mailbox does. Whatever is left out becomes a dead letter with the reason "mailbox full".</summary>
public enum MailboxOverflow
{
    /// <summary>The message that came last is refused.</summary>
    RejectNewest,

    /// <summary>The message that waited longest makes room.</summary>
    DropOldest,
}
