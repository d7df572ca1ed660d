using RealTimeActors.Dispatch;

namespace RealTimeActors.Actors.Tests.Dispatchers;

public sealed class ThreadPoolHammer
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Many_senders_at_once_lose_nothing_keep_their_order_and_never_run_the_actor_twice_at_a_time()
    {
        const int Senders = 8;
        const int MessagesEach = 50_000;
        await using var system = new ThreadPoolActorSystem();
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = system.Spawn("target", () => new Target(Senders, MessagesEach, done));

        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var number = 0; number < MessagesEach; number++)
                target.Tell(new Numbered(sender, number));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();

        Assert.Equal("all in order", await done.Task.WaitAsync(_patience));
        Assert.Equal(0, system.DeadLettersCount);
        foreach (var thread in threads)
            thread.Join();
    }

    [Fact]
    public async Task Actors_that_spawn_fail_and_stop_under_fire_account_for_every_message()
    {
        const int Messages = 100_000;
        const int Told = 8 * ((Messages / 8 + 9) / 10) * 10;
        await using var system = new ThreadPoolActorSystem();
        var accounted = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Account()
        {
            if (Interlocked.Increment(ref accounted) == Told)
                all.SetResult();
        }

        using var letters = system.ObserveDeadLetters(_ => Account());
        var options = new ActorOptions { Supervision = new Supervision { BackoffMin = TimeSpan.Zero, RestartsMax = int.MaxValue } };

        Parallel.For(0, 8, sender =>
        {
            for (var i = 0; i < Messages / 8; i += 10)
            {
                var actor = system.Spawn($"{sender}-{i}", () => new Brittle(Account), options);
                for (var number = 0; number < 10; number++)
                {
                    actor.Tell(new Numbered(sender, number));
                    if (number == 7)
                        system.Stop(actor);
                }
            }
        });
        await system.StopAsync().WaitAsync(_patience);
        await all.Task.WaitAsync(_patience);

        Assert.Equal(Told, accounted);
    }

    [Fact]
    public async Task A_busy_actor_does_not_keep_the_others_waiting()
    {
        await using var system = new ThreadPoolActorSystem();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = Enumerable.Range(0, Environment.ProcessorCount * 2).Select(i => system.Spawn($"busy-{i}", () => new Restless())).ToArray();
        foreach (var one in busy)
            one.Tell(new Numbered(0, 0));

        var quick = system.Spawn("quick", () => new Quick(done));
        quick.Tell(new Numbered(0, 0));

        await done.Task.WaitAsync(_patience);
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class Target(int senders, int messagesEach, TaskCompletionSource<string> done) : Actor<Numbered>
    {
        private readonly int[] _next = new int[senders];
        private int _inside;
        private int _total;

        protected internal override void Receive(Numbered message)
        {
            if (Interlocked.Exchange(ref _inside, 1) != 0)
                done.TrySetResult("two at a time");
            if (_next[message.Sender]++ != message.Number)
                done.TrySetResult($"{message} came when {_next[message.Sender] - 1} was due");
            if (++_total == senders * messagesEach)
                done.TrySetResult("all in order");
            Volatile.Write(ref _inside, 0);
        }
    }

    private sealed class Brittle(Action handled) : Actor<Numbered>
    {
        protected internal override void Receive(Numbered message)
        {
            if (message.Number % 5 == 3)
                throw new InvalidOperationException("brittle");
            handled();
        }
    }

    private sealed class Restless : Actor<Numbered>
    {
        protected internal override void Receive(Numbered message) => Self.Tell(message);
    }

    private sealed class Quick(TaskCompletionSource done) : Actor<Numbered>
    {
        protected internal override void Receive(Numbered message) => done.TrySetResult();
    }
}
