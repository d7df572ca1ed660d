namespace RealTimeActors.Actors;

/// <summary>The place of an actor in its system: the names from the root down, as <c>/edge/0</c>.</summary>
public sealed record ActorPath(ActorPath? Parent, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Parent}/{Name}";
}
