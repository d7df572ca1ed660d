using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Tests.Links;

/// <summary>What the tests' actors say to each other.</summary>
internal abstract record Talk
{
    internal sealed record Ask(string Text, object? Tag, IActorRef<Talk> ReplyTo) : Talk;

    internal sealed record Answer(string Text, object? Tag) : Talk;

    internal sealed record Introduce(IActorRef Actor) : Talk;
}
