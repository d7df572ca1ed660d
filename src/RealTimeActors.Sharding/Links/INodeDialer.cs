using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>The wire door towards one other node.</summary>
public interface INodeDialer
{
    /// <summary>Tries to connect once. Answered by <see cref="LinkEvent.Connected"/> or <see cref="LinkEvent.NotConnected"/>.</summary>
    void Dial(IActorRef<LinkEvent> replyTo);
}
