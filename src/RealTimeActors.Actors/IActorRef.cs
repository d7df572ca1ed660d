namespace RealTimeActors.Actors;

/// <summary>The address of an actor, whatever it takes: enough to watch it, to stop it and to name it.</summary>
public interface IActorRef
{
    /// <summary>Where the actor lives, unique for its life within its system.</summary>
    ActorPath Path { get; }
}

/// <summary>The address of an actor that takes <typeparamref name="TMessage"/>.</summary>
/// <remarks>Contravariant: a ref of an actor that takes anything is a ref of an actor that takes something.</remarks>
public interface IActorRef<in TMessage> : IActorRef
    where TMessage : class
{
    /// <summary>
    /// Puts the message into the actor's mailbox and returns at once. Messages from one sender arrive in the order in which they
    /// were told. A message that cannot be taken (actor stopped, mailbox full) becomes a dead letter with its reason.
    /// Safe to call from anywhere, also from outside the actors.
    /// </summary>
    void Tell(TMessage message);
}
