using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Feeds;

/// <summary>One channel that is read: its feed, and who reads it.</summary>
internal sealed class FollowedFeed(ChannelName channel, IChannelFeed feed)
{
    internal ChannelName Channel => channel;

    internal IChannelFeed Feed => feed;

    internal FeedReaders Readers { get; } = new();

    /// <summary>The channel actor, once it has answered.</summary>
    internal IActorRef? Actor { get; set; }

    /// <summary>Whether the channel was asked and has not answered yet.</summary>
    internal bool IsJoining { get; set; }

    /// <summary>Since when nobody reads it, Unix milliseconds; null: somebody does.</summary>
    internal long? UnreadSince { get; set; }

    internal string Epoch { get; set; } = "";

    internal long Head { get; set; }
}
