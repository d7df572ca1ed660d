using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>What the followers of an ephemeral channel that keeps for those who are away are told, by the channel only.</summary>
internal abstract record FollowersCommand(ChannelName Channel)
{
    /// <summary>The session follows; it is there while its actor lives, and where there is none, it is not known.</summary>
    internal sealed record Follow(ChannelName Channel, string SessionId, IActorRef? Session) : FollowersCommand(Channel);

    internal sealed record Unfollow(ChannelName Channel, string SessionId) : FollowersCommand(Channel);

    /// <summary>The session, which follows, is away; these events came after its cursor.</summary>
    internal sealed record Away(ChannelName Channel, string SessionId, string Epoch, IReadOnlyList<ChannelEvent> Missed) : FollowersCommand(Channel);

    /// <summary>These events were published: into the inboxes of those who are away.</summary>
    internal sealed record Distribute(ChannelName Channel, string Epoch, IReadOnlyList<ChannelEvent> Events) : FollowersCommand(Channel);
}
