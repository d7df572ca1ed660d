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
}
