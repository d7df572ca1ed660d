namespace RealTimeActors.Actors.Mailboxes;

/// <summary>
/// The order door: owns the mailboxes and decides which actor runs next, for how many messages, and on which thread.
/// </summary>
/// <remarks>
/// What every dispatcher promises: an actor never runs on two threads at a time and sees what its former run left; messages of one
/// sender to one actor run in the order in which they were told; system messages run before messages; every actor with work runs eventually.
/// </remarks>
public interface IDispatcher
{
    /// <summary>The mailbox of a new actor. Called once per actor.</summary>
    Mailbox CreateMailbox(ActorCell cell);

    /// <summary>A gate for what several actors share (top actors, timer wheel, dead letters). Held for an instant only.</summary>
    IGate CreateGate();
}
