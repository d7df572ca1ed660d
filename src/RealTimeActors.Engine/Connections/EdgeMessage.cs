using RealTimeActors.Actors;
using RealTimeActors.Engine.Nodes.Messages;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor is told by transports and by its node.</summary>
internal abstract record EdgeMessage
{
    private EdgeMessage() { }

    [LocalOnly]
    internal sealed record Opened(Connection Connection) : EdgeMessage;

    [LocalOnly]
    internal sealed record Received(Connection Connection, IReadOnlyList<ClientFrame> Frames, int Bytes) : EdgeMessage;

    [LocalOnly]
    internal sealed record Writable(Connection Connection) : EdgeMessage;

    [LocalOnly]
    internal sealed record Closed(Connection Connection) : EdgeMessage;

    /// <summary>Time for what is done once a second.</summary>
    [LocalOnly]
    internal sealed record Tick : EdgeMessage
    {
        internal static Tick Instance { get; } = new();
    }

    /// <summary>Time for the stages of some subscription.</summary>
    [LocalOnly]
    internal sealed record StagesDue : EdgeMessage
    {
        internal static StagesDue Instance { get; } = new();
    }

    /// <summary>Go on with the channels of a connection's patterns: a slice was done, others had their turn.</summary>
    [LocalOnly]
    internal sealed record GoOn(Connection Connection) : EdgeMessage;

    /// <summary>Tell every client to go elsewhere.</summary>
    internal sealed record GoAway(TimeSpan Within, TimeSpan Spread) : EdgeMessage;

    /// <summary>How do these connections stand? Those that are here are told of in <see cref="EdgeReport.Connections"/>, with their subscriptions to
    /// <paramref name="Channel"/>, or all of them.</summary>
    internal sealed record InspectConnections(IReadOnlyList<string> ConnectionIds, ChannelName? Channel, bool WithSubscriptions, IActorRef<EdgeReport> ReplyTo) : EdgeMessage;

    /// <summary>Which sessions follow the channel here? A slice of them: those below <paramref name="Below"/> in its list, so many at most, and of these the ones that come after
    /// <paramref name="After"/>. Answered by <see cref="EdgeReport.Followers"/>.</summary>
    internal sealed record InspectFollowers(ChannelName Channel, string After, int Below, int CountMax, IActorRef<EdgeReport> ReplyTo) : EdgeMessage;

    /// <summary>How many subscriptions are there to each of these channels? Answered by <see cref="EdgeReport.Subscribers"/>.</summary>
    internal sealed record CountSubscribers(IReadOnlyList<ChannelName> Channels, IActorRef<EdgeReport> ReplyTo) : EdgeMessage;

    /// <summary>How many connections are here? Answered by <see cref="EdgeReport.Live"/>.</summary>
    internal sealed record CountConnections(IActorRef<EdgeReport> ReplyTo) : EdgeMessage;

    /// <summary>Something that every edge is to do about a user. Answered by <see cref="EdgeOutcome"/>.</summary>
    internal sealed record Ordered(long Number, EdgeOrder Order, IActorRef<EdgeOutcome> ReplyTo) : EdgeMessage;

    /// <summary>Close every connection. Answered by <see cref="AllClosed"/> when the sessions know and have journaled their cursors.</summary>
    internal sealed record CloseAll(int Code, string Reason, IActorRef<AllClosed> ReplyTo) : EdgeMessage;
}
