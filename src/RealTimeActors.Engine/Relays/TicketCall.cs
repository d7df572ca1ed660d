namespace RealTimeActors.Engine.Relays;

/// <summary>A ticket of another node that was shown here. Told by one actor; it must not block.</summary>
public abstract class TicketCall
{
    /// <summary>What it admits to; null: nothing.</summary>
    protected internal abstract void Used(RelayedTicket? ticket);

    /// <summary>The node that made it cannot be asked: it may be used by now.</summary>
    protected internal abstract void Lost();
}
