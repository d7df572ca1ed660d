using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>What the relay of one node tells that of another, which has the connection. A request is known by the life of the node that it came to, and a number there. Answered by <see cref="RelayReply"/>.</summary>
internal abstract record RelayCommand
{
    private RelayCommand() { }

    /// <summary>A request has come. Answered with its first part.</summary>
    internal sealed record Begin(long From, long Number, RelayedRequest Request, object? Tag, IActorRef<RelayReply> ReplyTo) : RelayCommand;

    /// <summary>What follows? Says as well that the part before is there.</summary>
    /// <param name="From">Of the request.</param>
    /// <param name="Number">Of the request.</param>
    /// <param name="IsWritten">Whether the client has taken that part; without it no bytes follow.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    internal sealed record Next(long From, long Number, bool IsWritten, object? Tag, IActorRef<RelayReply> ReplyTo) : RelayCommand;

    /// <summary>The client has taken the part, after what follows was asked for.</summary>
    internal sealed record Wrote(long From, long Number) : RelayCommand;

    /// <summary>The client is gone.</summary>
    internal sealed record GiveUp(long From, long Number) : RelayCommand;

    /// <summary>A ticket that this node has made was shown elsewhere. Answered by <see cref="RelayReply.Ticket"/>.</summary>
    internal sealed record UseTicket(string Hash, string? Stream, bool ComesBack, object? Tag, IActorRef<RelayReply> ReplyTo) : RelayCommand;
}
