namespace RealTimeActors.Engine.Relays;

/// <summary>The connections over plain HTTP of a node, for requests that came to another one. The members are called by one actor, never two at a time, and never block.</summary>
public interface IRelayServer
{
    /// <summary>Answers the request as if it had come here.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="answer">Takes the answer, now or later.</param>
    void Serve(RelayedRequest request, RelayedAnswer answer);

    /// <summary>Uses a ticket of this node; null: there is no such ticket, it was used, or its time is over.</summary>
    /// <param name="hash">Of its text.</param>
    /// <param name="stream">The channel whose plain stream is wanted; null: something else.</param>
    /// <param name="comesBack">Whether the client says where it was.</param>
    RelayedTicket? UseTicket(string hash, string? stream, bool comesBack);
}
