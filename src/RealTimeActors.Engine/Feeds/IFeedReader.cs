using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Feeds;

/// <summary>Somebody who reads a channel's feed: no session, no acks, no queue. Its members are called by one actor, never two at a time, and must not block.</summary>
public interface IFeedReader
{
    /// <summary>What it reads.</summary>
    ChannelName Channel { get; }

    /// <summary>Who it is. When his token expires, or he is put out, he reads no longer.</summary>
    Identity Identity { get; }

    /// <summary>Makes the feed, where this is the first reader of the channel.</summary>
    IChannelFeed MakeFeed();

    /// <summary>The feed is there, and goes on until the reader is closed.</summary>
    void Opened(IChannelFeed feed);

    /// <summary>It is over. Nothing is called after it; the reader need not close itself any more.</summary>
    void Closed(int code, string reason, long afterMs);

    /// <summary>Events that it has written since it was asked last.</summary>
    long TakeWritten();
}
