using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Feeds;

/// <summary>One channel that is read: its feed, and who reads it.</summary>
internal sealed class FollowedFeed(ChannelName channel, IChannelFeed feed)
{
    private Refusals _refusals;

    internal ChannelName Channel => channel;

    internal IChannelFeed Feed => feed;

    internal FeedReaders Readers { get; } = new();

    /// <summary>The channel actor, once it has answered.</summary>
    internal IActorRef? Actor { get; set; }

    /// <summary>Whether the channel was asked and has not answered yet.</summary>
    internal bool IsJoining { get; set; }

    /// <summary>Whether the channel is to be asked again at the next tick, because nobody took it.</summary>
    internal bool IsRefused { get; set; }

    /// <summary>Since when nobody reads it, Unix milliseconds; null: somebody does.</summary>
    internal long? UnreadSince { get; set; }

    internal string Epoch { get; set; } = "";

    internal long Head { get; set; }

    /// <summary>Nobody took the question. Whether it is to be asked again at once.</summary>
    internal bool MayAskAtOnce(long nowUnixMs) => _refusals.MayAskAtOnce(nowUnixMs);
}
