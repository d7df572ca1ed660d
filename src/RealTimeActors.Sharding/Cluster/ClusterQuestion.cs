using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>How does the cluster stand, as this node sees it? Answered by <see cref="ClusterStanding"/>.</summary>
public sealed record ClusterQuestion(IActorRef<ClusterStanding> ReplyTo)
{
    /// <summary>Whether the other nodes are to be asked what they count, which takes a moment. Whoever does not answer in time is left out.</summary>
    public bool WithFigures { get; init; }
}
