using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>What the relay is told by those who have a request that is another node's affair.</summary>
internal abstract record RelayOrder
{
    private RelayOrder() { }

    internal sealed record Ask(RelayCall Call, RelayedRequest Request) : RelayOrder;

    internal sealed record Wrote(RelayCall Call) : RelayOrder;

    internal sealed record GiveUp(RelayCall Call) : RelayOrder;

    internal sealed record UseTicket(IActorRef<object> Home, string Hash, string? Stream, bool ComesBack, TicketCall Call) : RelayOrder;
}
