using RealTimeActors.Actors;
using RealTimeActors.Dispatch;

namespace RealTimeActors.Benchmarks.Kernel;

/// <summary>What actors and messages cost in memory.</summary>
internal static class Footprint
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    // The garbage of a former run, collected during the next, would be taken off its figure.
    private static readonly List<IActorRef> _keptAlive = [];

    /// <summary>
    /// Bytes of an actor that has handled a message and sleeps: instance, cell, mailbox, name and its entry among its siblings.
    /// </summary>
    internal static async Task<double> IdleActorAsync()
    {
        const int Actors = 200_000;
        var system = new ThreadPoolActorSystem();
        var counter = new Counter(Actors);
        var message = new object();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var parent = system.Spawn<object>("parent", () => new Parent(Actors, counter));
        parent.Tell(message);
        await counter.Done.Task.WaitAsync(_patience);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        _keptAlive.Add(parent);
        return (after - before) / (double)Actors;
    }

    /// <summary>Bytes allocated per message between two actors, after a start in which arrays find their size.</summary>
    internal static async Task<double> AllocatedPerMessageAsync()
    {
        const int Messages = 2_000_000;
        await using var system = new ThreadPoolActorSystem();
        var ball = new object();
        var result = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var back = system.Spawn<object>($"back{round}", () => new Back());
            var forth = system.Spawn<object>($"forth{round}", () => new Forth(back, Messages / 2, done));
            var before = GC.GetTotalAllocatedBytes(precise: true);
            forth.Tell(ball);
            await done.Task.WaitAsync(_patience);
            result = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages;
        }

        system.Kill();
        return result;
    }

    private sealed class Counter(int left)
    {
        private int _left = left;

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void CountDown()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                Done.TrySetResult();
        }
    }

    private sealed class Parent(int children, Counter counter) : Actor<object>
    {
        protected override void Receive(object message)
        {
            Func<Actor<object>> create = () => new Sleeper(counter);
            for (var i = 0; i < children; i++)
                Context.Spawn($"c{i}", create).Tell(message);
        }
    }

    private sealed class Sleeper(Counter counter) : Actor<object>
    {
        protected override void Receive(object message) => counter.CountDown();
    }

    private sealed class Back : Actor<object>
    {
        protected override void Receive(object message) => ((IActorRef<object>)message).Tell(Self);
    }

    private sealed class Forth(IActorRef<object> back, int balls, TaskCompletionSource done) : Actor<object>
    {
        private int _left = balls;

        protected override void Receive(object message)
        {
            if (_left-- > 0)
                back.Tell(Self);
            else
                done.TrySetResult();
        }
    }
}
