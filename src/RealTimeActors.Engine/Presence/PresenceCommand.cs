using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Presence;

/// <summary>What the presence of a channel can be asked and told. Answered by <see cref="PresenceReply"/>.</summary>
public abstract record PresenceCommand(ChannelName Channel)
{
    /// <summary>Who is there, in the order of the session ids? Answered by <see cref="PresenceReply.Page"/>.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="AfterKey">Only those behind this session id, which need not be there; null: from the first on.</param>
    /// <param name="Limit">The most members, 1 … 1,000.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record Read(ChannelName Channel, string? AfterKey, int Limit, object? Tag, IActorRef<PresenceReply> ReplyTo) : PresenceCommand(Channel)
    {
        /// <summary>The most bytes of members in one answer; the first comes whatever it has. Default: what goes into one frame.</summary>
        public int BytesMax { get; init; } = Limits.FrameBytesMax - 4_096;
    }

    /// <summary>Somebody is here, and this is his state now. Answered by <see cref="PresenceReply.Taken"/> or <see cref="PresenceReply.Refused"/> where there is a tag.</summary>
    internal sealed record Set(ChannelName Channel, Member Member, PresenceHolder Holder, object? Tag) : PresenceCommand(Channel);

    /// <summary>Somebody goes. What another connection of the same session says in between counts: then this says nothing.</summary>
    internal sealed record Leave(ChannelName Channel, string SessionId, string ConnectionId) : PresenceCommand(Channel);

    /// <summary>The connection of somebody has broken: he has the grace time to come back.</summary>
    internal sealed record Lose(ChannelName Channel, string SessionId, string ConnectionId) : PresenceCommand(Channel);

    /// <summary>From now on the edge is told what changes. Answered by <see cref="PresenceReply.Roster"/>, at once, also where it is told already.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="Edge">Which.</param>
    /// <param name="Number">Grows with each word of the edge about whom it follows: where a shard moves, an earlier one may come after a later.</param>
    internal sealed record Follow(ChannelName Channel, IActorRef<PresenceReply> Edge, long Number) : PresenceCommand(Channel);

    /// <summary>The edge has nobody any more who is there or looks on, unless it followed or reported by a word of a greater number.</summary>
    internal sealed record Unfollow(ChannelName Channel, IActorRef<PresenceReply> Edge, long Number) : PresenceCommand(Channel);

    /// <summary>The actor that the edge followed has ended; to its successor it tells everybody it has, and what it showed.</summary>
    /// <param name="Channel">Where.</param>
    /// <param name="Present">Those whose connections it has.</param>
    /// <param name="Known">Whom it showed last, also those of other edges, who have the grace time to be told of again; empty where it showed only how many.</param>
    /// <param name="Edge">It is told what changes, from a <see cref="PresenceReply.Roster"/> on that comes when the other edges have reported, too.</param>
    /// <param name="Number">As in <see cref="Follow"/>.</param>
    internal sealed record Report(ChannelName Channel, IReadOnlyList<PresenceReport> Present, IReadOnlyList<Member> Known, IActorRef<PresenceReply> Edge, long Number) : PresenceCommand(Channel);
}
