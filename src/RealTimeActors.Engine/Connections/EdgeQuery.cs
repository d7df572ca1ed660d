using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor is asked of its connections, by any node. Answered by <see cref="EdgeReport"/>.</summary>
internal abstract record EdgeQuery(IActorRef<EdgeReport> ReplyTo)
{
    /// <summary>How do these connections stand? Those that are here are told of in <see cref="EdgeReport.Connections"/>, with their subscriptions to
    /// <paramref name="Channel"/>, or all of them.</summary>
    internal sealed record InspectConnections(IReadOnlyList<string> ConnectionIds, ChannelName? Channel, bool WithSubscriptions, IActorRef<EdgeReport> ReplyTo) : EdgeQuery(ReplyTo);

    /// <summary>Which sessions follow the channel here? A slice of them: those below <paramref name="Below"/> in its list, so many at most, and of these the ones that come after
    /// <paramref name="After"/>. Answered by <see cref="EdgeReport.Followers"/>, which bears the asker's number of the edge.</summary>
    internal sealed record InspectFollowers(ChannelName Channel, string After, int Below, int CountMax, int Edge, IActorRef<EdgeReport> ReplyTo) : EdgeQuery(ReplyTo);

    /// <summary>How many subscriptions are there to each of these channels? Answered by <see cref="EdgeReport.Subscribers"/>.</summary>
    internal sealed record CountSubscribers(IReadOnlyList<ChannelName> Channels, IActorRef<EdgeReport> ReplyTo) : EdgeQuery(ReplyTo);

    /// <summary>How many connections are here? Answered by <see cref="EdgeReport.Live"/>.</summary>
    internal sealed record CountConnections(IActorRef<EdgeReport> ReplyTo) : EdgeQuery(ReplyTo);
}
