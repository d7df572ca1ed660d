using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>The way to one node. Whoever dials or probes by it is told of that node's calls from then on.</summary>
internal sealed class TcpDialer(TcpNodes nodes, Peer peer) : INodeDialer
{
    public void Dial(IActorRef<LinkEvent> replyTo) => nodes.Dial(peer, replyTo);

    public void Probe(IActorRef<LinkEvent> replyTo) => nodes.Probe(peer, replyTo);
}
