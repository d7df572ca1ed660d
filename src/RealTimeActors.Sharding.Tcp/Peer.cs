using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Links;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>A node that this one has, or may have, a link with. Guarded by its <see cref="TcpNodes"/>.</summary>
internal sealed class Peer(NodeIncarnation me, NodeIncarnation id, string address)
{
    /// <summary>As whom this node calls.</summary>
    internal NodeIncarnation Me { get; set; } = me;

    internal NodeIncarnation Id { get; } = id;

    internal string Address { get; set; } = address;

    /// <summary>Who is told of its calls; null: the link's actor has not begun yet.</summary>
    internal IActorRef<LinkEvent>? Link { get; set; }

    /// <summary>The newest connection with it.</summary>
    internal TcpLink? Newest { get; set; }

    /// <summary>The attempt to reach it that is under way.</summary>
    internal DialAttempt? Attempt { get; set; }
}
