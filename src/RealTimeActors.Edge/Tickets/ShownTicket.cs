using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Edge.Tickets;

/// <summary>A ticket that another node made, and that was shown here.</summary>
internal sealed class ShownTicket : TicketCall
{
    private readonly TaskCompletionSource<RelayedTicket?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it admits to; null: nothing.</summary>
    /// <exception cref="TimeoutException">The node cannot be asked.</exception>
    internal Task<RelayedTicket?> Answer => _answer.Task;

    protected override void Used(RelayedTicket? ticket) => _answer.TrySetResult(ticket);

    protected override void Lost() => _answer.TrySetException(new TimeoutException("The link with the node that made the ticket has ended."));
}
