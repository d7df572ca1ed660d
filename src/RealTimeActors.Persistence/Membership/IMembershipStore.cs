using RealTimeActors.Actors;

namespace RealTimeActors.Persistence.Membership;

/// <summary>
/// The memory door to the table of nodes. Who is in it is a member; who was taken out of it is dead for everybody, and stops itself.
/// </summary>
/// <remarks>
/// Every call returns at once and is answered by exactly one <see cref="MembershipReply"/> that carries its tag, unless the process ends first. After
/// <see cref="MembershipReply.Failed"/> nobody knows whether it was done. Times are compared by the clock of the store alone. Implementations pass <c>RealTimeActors.Persistence.Tck</c>.
/// </remarks>
public interface IMembershipStore
{
    /// <summary>
    /// Joins with a new incarnation. A silent one of the same name is declared dead by that; while one of the same name is alive, nobody else joins under it.
    /// Answered by <see cref="MembershipReply.Announced"/>, <see cref="MembershipReply.NameTaken"/> or <see cref="MembershipReply.Failed"/>.
    /// </summary>
    /// <param name="announcement">What the node says of itself.</param>
    /// <param name="silentAfter">How long a sign of life counts.</param>
    /// <param name="tag">Comes back with the answer.</param>
    /// <param name="replyTo">Who is told.</param>
    void Announce(NodeAnnouncement announcement, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo);

    /// <summary>A sign of life. Answered by <see cref="MembershipReply.Seen"/>, <see cref="MembershipReply.NoMember"/> or <see cref="MembershipReply.Failed"/>.</summary>
    void Beat(NodeIncarnation self, double load, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo);

    /// <summary>
    /// Declares a node dead. Answered by <see cref="MembershipReply.Seen"/> with a view without it (also when another was faster), <see cref="MembershipReply.StillAlive"/>,
    /// <see cref="MembershipReply.NoMember"/> when the asker himself is none, or <see cref="MembershipReply.Failed"/>.
    /// </summary>
    /// <param name="whom">Who is thought to be dead.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="isCertain">Whether the asker knows it from elsewhere, as from a link that was reset; otherwise only a silent node is declared dead.</param>
    /// <param name="tag">Comes back with the answer.</param>
    /// <param name="replyTo">Who is told.</param>
    void DeclareDead(NodeIncarnation whom, NodeIncarnation by, bool isCertain, object? tag, IActorRef<MembershipReply> replyTo);

    /// <summary>Leaves in good order. Answered by <see cref="MembershipReply.Seen"/>, with a view without it, or <see cref="MembershipReply.Failed"/>.</summary>
    void Leave(NodeIncarnation self, object? tag, IActorRef<MembershipReply> replyTo);

    /// <summary>Looks only. Answered by <see cref="MembershipReply.Seen"/> or <see cref="MembershipReply.Failed"/>.</summary>
    void Look(object? tag, IActorRef<MembershipReply> replyTo);
}
