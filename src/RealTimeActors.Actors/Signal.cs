namespace RealTimeActors.Actors;

/// <summary>What the kernel itself tells an actor, ahead of all messages.</summary>
public abstract record Signal
{
    private Signal() { }

    /// <summary>A watched actor has ended.</summary>
    public sealed record Terminated(IActorRef Actor) : Signal;

    /// <summary>No message came for the time set with <see cref="IActorContext{TMessage}.SetIdleTimeout"/>.</summary>
    public sealed record Idle : Signal
    {
        /// <summary>The one instance.</summary>
        public static Idle Instance { get; } = new();
    }
}
