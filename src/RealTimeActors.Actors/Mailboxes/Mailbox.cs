namespace RealTimeActors.Actors.Mailboxes;

/// <summary>What waits for one actor. Made by the dispatcher, which also decides when the actor runs.</summary>
public abstract class Mailbox
{
    /// <summary>
    /// Something stands before the next message: the cell looks after each message. Set by the dispatcher after it has taken a system
    /// message in, cleared in <see cref="TakeSystem"/>; the cell may set it to be asked again. A late look is allowed, a lost one is not.
    /// </summary>
    public bool SystemWaits { get; protected internal set; }

    /// <summary>How many messages wait. Safe to ask from anywhere: a look from outside, out of date as soon as it is told.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Takes a message in and sees to it that the actor runs. What is left out goes to <see cref="ActorCell.Refuse"/>: this message when the mailbox
    /// is closed or full, or the oldest one, as <see cref="ActorOptions.Overflow"/> says.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="bounded">False for what the kernel itself puts here (a due timer): it is taken even beyond the capacity.</param>
    public abstract void Post(object message, bool bounded);

    /// <summary>Takes a system message in, ahead of all messages, and sees to it that the actor runs. False when the mailbox is closed.</summary>
    public abstract bool PostSystem(SystemMessage message);

    /// <summary>All system messages that wait, oldest first, linked; null when there is none. Called by the cell within its run.</summary>
    public abstract SystemMessage? TakeSystem();
}
