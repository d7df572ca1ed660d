namespace RealTimeActors.Actors.Mailboxes;

/// <summary>How a run of an actor ended, and so when it wants to run again.</summary>
public enum RunOutcome
{
    /// <summary>Run again when a message or a system message waits.</summary>
    Ready,

    /// <summary>Run again in any case: the actor itself holds messages (it unstashed more than fits into a run).</summary>
    Unfinished,

    /// <summary>Run again only for a system message: the actor is about to restart, to stop, or waits for its parent's judgement.</summary>
    Suspended,

    /// <summary>Never run again: close the mailbox and hand what is left to <see cref="ActorCell.Refuse"/> and <see cref="ActorCell.RefuseSystem"/>.</summary>
    Ended,
}
