using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>Stands here for a region of another node, or for one who asks there from outside of the actors. It is no actor, has no mailbox of its own and cannot be watched: what is told to several of them goes over in the
/// order in which it was told, whoever tells it, as long as one telling is the cause of the next.</summary>
internal sealed class RemoteAddress(IActorRef<object> link, LinkTable table, LinkKind kind, long number) : IActorRef<object>
{
    public ActorPath Path => new(link.Path, $"{(kind == LinkKind.Asking ? "asking" : "region")}-{number}");

    internal LinkTable Table => table;

    internal LinkKind Kind => kind;

    internal long Number => number;

    public void Tell(object message) => link.Tell(new LinkMessage(table, kind, number, message));
}
