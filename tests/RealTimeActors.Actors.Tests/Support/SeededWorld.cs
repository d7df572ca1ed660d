using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Actors.Tests.Support;

public sealed class SeededWorld : World
{
    private readonly SimulatedWorld _world;

    public SeededWorld(ulong seed = 1)
    {
        _world = new SimulatedWorld(seed);
        Observe();
    }

    public override ActorKernel System => _world.System;

    public override IDispatcher Dispatcher => _world.Dispatcher;

    public override void Advance(TimeSpan by) => _world.Advance(by);

    public override void Until(Func<bool> holds, string what)
    {
        while (!holds())
            Assert.True(_world.Step(), $"Expected {what}; the actors have come to rest.");
    }
}
