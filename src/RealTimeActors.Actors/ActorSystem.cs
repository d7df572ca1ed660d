namespace RealTimeActors.Actors;

/// <summary>A family of actors with one dispatcher and one time.</summary>
public abstract class ActorSystem
{
    /// <summary>The time door.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Starts an actor at the top. Safe from anywhere.</summary>
    public abstract IActorRef<TMessage> Spawn<TMessage>(string name, Func<Actor<TMessage>> create, ActorOptions? options = null)
        where TMessage : class;

    /// <summary>Stops an actor. Safe from anywhere.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>How many messages wait in an actor's mailbox. Safe from anywhere; out of date as soon as it is told.</summary>
    public abstract int MessagesWaiting(IActorRef actor);

    /// <summary>How many messages became dead letters so far.</summary>
    public abstract long DeadLettersCount { get; }

    /// <summary>Calls back for each dead letter until disposed. Called on the thread that found nobody: return quickly, do not throw.</summary>
    public abstract IDisposable ObserveDeadLetters(Action<DeadLetter> observe);

    /// <summary>Calls back for each uncaught exception of an actor until disposed. Called within the actor's run: return quickly, do not throw.</summary>
    public abstract IDisposable ObserveFaults(Action<ActorFault> observe);
}
