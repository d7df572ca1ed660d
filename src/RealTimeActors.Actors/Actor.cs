namespace RealTimeActors.Actors;

/// <summary>
/// Something with state of its own that handles one message at a time, synchronously, to the end.
/// </summary>
/// <remarks>
/// No <c>await</c>, no lock, no clock, no chance: slow work leaves through a door and comes back as a message.
/// The members below are called by the kernel only, never two at a time.
/// </remarks>
public abstract class Actor<TMessage>
    where TMessage : class
{
    /// <summary>What the kernel gives the actor. Not available in the constructor; from <see cref="OnStart"/> on.</summary>
    protected internal IActorContext<TMessage> Context { get; internal set; } = null!;

    /// <summary>This actor's own address.</summary>
    protected IActorRef<TMessage> Self => Context.Self;

    /// <summary>Handles one message. An exception is a fault: the supervisor decides.</summary>
    protected internal abstract void Receive(TMessage message);

    /// <summary>Called before the first message, and again on the new instance after a restart.</summary>
    protected internal virtual void OnStart() { }

    /// <summary>Called when a run of messages that the dispatcher gave this actor at one go has ended: the place to do once what
    /// would be wasteful per message (one journal append, one socket write). Also called after the run of <see cref="OnStart"/>.</summary>
    protected internal virtual void OnRunEnd() { }

    /// <summary>Something the kernel tells: a watched actor ended, nothing came for a while.</summary>
    protected internal virtual void OnSignal(Signal signal) { }

    /// <summary>Called after the last message, when the actor stops or is about to be replaced by a restart.</summary>
    protected internal virtual void OnStop() { }
}
