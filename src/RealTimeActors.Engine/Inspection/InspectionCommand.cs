using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Inspection;

/// <summary>
/// What people who run a node can ask about it. Answered by exactly one <see cref="InspectionReply"/>, within <see cref="InspectionLimits.Within"/>. Whether the asker may ask is the
/// caller's to find out; nothing here changes anything but <see cref="EndSession"/>.
/// </summary>
public abstract record InspectionCommand(IActorRef<InspectionReply> ReplyTo)
{
    /// <summary>The channels that have a log here or are in memory, by name. Answered by <see cref="InspectionReply.Channels"/>.</summary>
    /// <param name="Prefix">Names that begin so; empty: all.</param>
    /// <param name="After">Names that come after this one; empty: from the start.</param>
    /// <param name="Limit">The most channels, 1 … <see cref="InspectionLimits.PageMax"/>.</param>
    /// <param name="For">Whose right <see cref="Rights.Admin"/> on a channel decides whether it is told of; null: all are.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record ListChannels(string Prefix, string After, int Limit, Identity? For, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>One channel, used or not. Answered by <see cref="InspectionReply.Channels"/> with one item.</summary>
    public sealed record ShowChannel(ChannelName Channel, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>The sessions that follow a channel. Answered by <see cref="InspectionReply.Sessions"/>, each with that one subscription.</summary>
    public sealed record ListFollowers(ChannelName Channel, SessionCursor From, int Limit, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>The sessions of a user, or of everybody. Answered by <see cref="InspectionReply.Sessions"/>, each without its subscriptions.</summary>
    public sealed record ListSessions(string? User, SessionCursor From, int Limit, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>One session with all its subscriptions. Answered by <see cref="InspectionReply.Sessions"/> with one item, or none where there is no such session.</summary>
    public sealed record ShowSession(string SessionId, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>Ends a session: closes its connection (4406) and forgets its cursors. Answered by <see cref="InspectionReply.Ended"/>.</summary>
    public sealed record EndSession(string SessionId, IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);

    /// <summary>How much there is. Answered by <see cref="InspectionReply.Node"/>.</summary>
    public sealed record ShowNode(IActorRef<InspectionReply> ReplyTo) : InspectionCommand(ReplyTo);
}
