using RealTimeActors.Actors;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Where the node's answers arrive that are not for a connection.</summary>
internal sealed class Desk<TReply>(string name, Action<TReply> take) : IActorRef<TReply>
    where TReply : class
{
    public ActorPath Path { get; } = new(null, name);

    public void Tell(TReply message) => take(message);
}
