using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>How the direct link to another node stands. A hint: what holds is the table of members.</summary>
/// <param name="Peer">Which node.</param>
public abstract record LinkReport(string Peer)
{
    /// <summary>Messages go through.</summary>
    /// <param name="Peer">Which node.</param>
    /// <param name="Names">The names of its well-known actors.</param>
    /// <param name="Actors">Who stands here for them, in the same order, as long as the connection lasts.</param>
    public sealed record Up(string Peer, IReadOnlyList<string> Names, IReadOnlyList<IActorRef<object>> Actors) : LinkReport(Peer);

    /// <summary>They do not any more, or could not for one more try.</summary>
    /// <param name="Peer">Which node.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="IsRefused">Whether its system said that nobody is there.</param>
    public sealed record Down(string Peer, string Reason, bool IsRefused) : LinkReport(Peer);

    /// <summary>It has seen this node in the table, and does not any more: this life of it is over, whether the table can be read from here or not.</summary>
    /// <param name="Peer">Which node.</param>
    public sealed record NoMember(string Peer) : LinkReport(Peer);
}
