using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>Stands here for an actor of another node: what it is told goes there, and it ends when that one does, or the connection.</summary>
internal sealed class RemoteActor(IActorRef<object> link, LinkTable table, LinkKind kind, long number) : Actor<object>
{
    internal static readonly ActorOptions Options = new() { Supervision = Supervision.Stop };

    protected override void Receive(object message) => link.Tell(new LinkMessage(table, kind, number, message));
}
