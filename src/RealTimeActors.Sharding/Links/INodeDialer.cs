using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>The wire door towards one other node.</summary>
public interface INodeDialer
{
    /// <summary>Tries to connect once. Answered by <see cref="LinkEvent.Connected"/> or <see cref="LinkEvent.NotConnected"/>.</summary>
    void Dial(IActorRef<LinkEvent> replyTo);

    /// <summary>Asks only whether anybody listens there, for the side that does not dial. Answered by <see cref="LinkEvent.NotConnected"/> when nobody does, and not otherwise.</summary>
    void Probe(IActorRef<LinkEvent> replyTo);
}
