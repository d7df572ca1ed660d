using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Feeds;

/// <summary>What one channel commits, given once for all who read it on this node. Called by one actor, never two at a time; must not block.</summary>
public interface IChannelFeed
{
    /// <summary>From here on the feed is without a hole: everything after <paramref name="head"/> follows by <see cref="Add"/>. Comes first; and again where the channel was
    /// interrupted: then what lies between the last event and the new head is in the log, or gone with its epoch.</summary>
    void Begin(string epoch, long head);

    /// <summary>Events that are committed now, in order of their offsets.</summary>
    void Add(string epoch, IReadOnlyList<ChannelEvent> events);
}
