using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>How does the cluster stand, as this node sees it? Answered by <see cref="ClusterStanding"/>.</summary>
public sealed record ClusterQuestion(IActorRef<ClusterStanding> ReplyTo);
