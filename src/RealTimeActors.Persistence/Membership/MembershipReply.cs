namespace RealTimeActors.Persistence.Membership;

/// <summary>What the table of nodes answers. <paramref name="Tag"/> is what the asker gave along.</summary>
public abstract record MembershipReply(object? Tag)
{
    /// <summary>The asker is a member from <paramref name="View"/> on, under this incarnation.</summary>
    public sealed record Announced(NodeIncarnation Self, MembershipView View, object? Tag) : MembershipReply(Tag);

    /// <summary>A node of that name is alive. <paramref name="Remaining"/>: how long its last sign of life still counts.</summary>
    public sealed record NameTaken(NodeIncarnation Other, TimeSpan Remaining, object? Tag) : MembershipReply(Tag);

    /// <summary>The view as it is now.</summary>
    public sealed record Seen(MembershipView View, object? Tag) : MembershipReply(Tag);

    /// <summary>Who should be declared dead has given a sign of life that still counts for so long.</summary>
    public sealed record StillAlive(NodeIncarnation Whom, TimeSpan Remaining, object? Tag) : MembershipReply(Tag);

    /// <summary>The asker is no member (any more): it was declared dead, or another began under its name. It stops itself.</summary>
    public sealed record NoMember(NodeIncarnation Self, object? Tag) : MembershipReply(Tag);

    /// <summary>The store could not be asked, or did not answer: it may or may not have been done.</summary>
    public sealed record Failed(string Message, object? Tag) : MembershipReply(Tag);
}
