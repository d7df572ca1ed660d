using RealTimeActors.Actors;

namespace RealTimeActors.Engine;

/// <summary>An address that is known before what it leads to: for two parts that know each other. Filled in before the first message.</summary>
internal sealed class LateRef<TMessage>(string name) : IActorRef<TMessage>
    where TMessage : class
{
    public ActorPath Path { get; } = new(null, name);

    internal IActorRef<TMessage>? Target { get; set; }

    public void Tell(TMessage message) =>
        (Target ?? throw new InvalidOperationException($"{Path} was told {message} before it was there.")).Tell(message);
}
