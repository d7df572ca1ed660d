using RealTimeActors.Engine.Relays;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A request that another node answers: what comes of it goes to the client.</summary>
/// <param name="exchange">The client's request.</param>
/// <param name="notTaken">What is done where there is no answer.</param>
internal sealed class PassedOnExchange(SimulatedExchange exchange, Action<RelayRefusal> notTaken) : RelayCall
{
    protected internal override void Began(RelayedHead head) => exchange.Head(HeadFields.Of(head));

    protected internal override void Came(ReadOnlyMemory<byte> bytes)
    {
        exchange.Body(bytes.ToArray());
        if (exchange.HasRoom)
            Wrote();
        else
            exchange.OnDrained = Wrote;
    }

    protected internal override void Ended() => exchange.End();

    protected internal override void Broke() => exchange.Break();

    protected internal override void NotTaken(RelayRefusal why) => notTaken(why);
}
