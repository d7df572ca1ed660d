using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>An actor, or a region, that every other node knows by its name.</summary>
/// <param name="Name">As <c>channels</c> or <c>edge-0</c>.</param>
/// <param name="Ref">Its address here.</param>
/// <param name="Tell">How it is told something.</param>
public sealed record WellKnownActor(string Name, IActorRef Ref, Action<object> Tell)
{
    /// <summary>Whether others watch it, so that they are told when the connection ends: an edge, not a region. What is told to those that are not watched keeps its order among them.</summary>
    public bool IsWatched { get; init; }
}
