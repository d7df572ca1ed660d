using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>What counters and their clients say to each other.</summary>
internal abstract record Count
{
    /// <summary>One more. Answered when it is durable.</summary>
    internal sealed record Add(string Counter, object? Tag, IActorRef<Count> ReplyTo) : Count;

    internal sealed record Added(long Value, object? Tag) : Count;

    /// <summary>It may or may not have been done.</summary>
    internal sealed record Unknown(object? Tag, string Reason) : Count;
}
