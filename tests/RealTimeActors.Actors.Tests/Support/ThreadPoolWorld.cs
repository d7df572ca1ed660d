using System.Diagnostics;
using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.Dispatch;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Actors.Tests.Support;

public sealed class ThreadPoolWorld : World
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly VirtualTime _time = new();
    private readonly ThreadPoolActorSystem _system;
    private readonly ThreadPoolDispatcher _dispatcher = new();

    public ThreadPoolWorld()
    {
        _system = new ThreadPoolActorSystem(_time, _dispatcher);
        Observe();
    }

    public override ActorKernel System => _system;

    public override IDispatcher Dispatcher => _dispatcher;

    public override void Advance(TimeSpan by) => _time.Advance(by);

    public override void Until(Func<bool> holds, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < _patience, $"Expected {what} within {_patience}.");
            Thread.Yield();
        }
    }

    public override void Dispose()
    {
        _system.Kill();
        base.Dispose();
    }
}
