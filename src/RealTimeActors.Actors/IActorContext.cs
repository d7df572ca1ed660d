namespace RealTimeActors.Actors;

/// <summary>What the kernel gives an actor. Use it only from inside the actor's own members.</summary>
public interface IActorContext<TMessage>
    where TMessage : class
{
    /// <summary>The actor's own address.</summary>
    IActorRef<TMessage> Self { get; }

    /// <summary>The system the actor lives in.</summary>
    ActorSystem System { get; }

    /// <summary>The time door.</summary>
    TimeProvider Time { get; }

    /// <summary>Starts a child. Names are unique among living siblings; a taken one throws.</summary>
    IActorRef<TChild> Spawn<TChild>(string name, Func<Actor<TChild>> create, ActorOptions? options = null)
        where TChild : class;

    /// <summary>Stops a child (or this actor itself) after the message it is handling; what is still in its mailbox becomes dead letters.</summary>
    void Stop(IActorRef actor);

    /// <summary>Whether the address is that of an actor of this system. Others (a region, who asks from outside) can be told something, but not watched or stopped.</summary>
    bool CanWatch(IActorRef actor);

    /// <summary>Asks for <see cref="Signal.Terminated"/> when that actor has ended, also if it has already.</summary>
    void Watch(IActorRef actor);

    /// <summary>Takes the watch back.</summary>
    void Unwatch(IActorRef actor);

    /// <summary>Tells this actor the message once, after the delay. A timer of the same key is replaced. Dies with the actor's instance.</summary>
    void StartTimer(object key, TimeSpan delay, TMessage message);

    /// <summary>Tells this actor the message again and again. A timer of the same key is replaced.</summary>
    void StartPeriodicTimer(object key, TimeSpan period, TMessage message);

    /// <summary>Ends a timer. A message of it that is already in the mailbox is not delivered any more.</summary>
    void CancelTimer(object key);

    /// <summary>Puts the message aside until <see cref="UnstashAll"/>. Beyond <see cref="ActorOptions.StashCapacity"/> it becomes a dead letter and the
    /// call says false.</summary>
    bool Stash(TMessage message);

    /// <summary>Puts everything that was stashed at the head of the mailbox, in its order.</summary>
    void UnstashAll();

    /// <summary>Asks for <see cref="Signal.Idle"/> when no message came for that long, and again after each further such time;
    /// null takes it back. Messages of the actor's own timers do not count. Dies with the actor's instance.</summary>
    void SetIdleTimeout(TimeSpan? timeout);

    /// <summary>Makes the message a dead letter with the reason "unhandled": this actor does not take it, at least not now.</summary>
    void Unhandled(TMessage message);
}
