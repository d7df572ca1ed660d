using System.Diagnostics;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Dispatch.Asking;

namespace RealTimeActors.Benchmarks.Kernel;

/// <summary>Workloads that move messages; each returns how many per second.</summary>
internal static class Throughput
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>One actor tells another as fast as a window of 1,000 unanswered messages allows; the answer to each 500 counts as a message too.</summary>
    internal static async Task<double> OneToOneAsync(Messages messages)
    {
        const int Count = 10_000_000;
        await using var system = new ThreadPoolActorSystem();
        var done = NewSource();
        IActorRef<Item> sink = messages == Messages.ToAnything
            ? system.Spawn<object>("sink", () => new SinkOfAnything())
            : system.Spawn("sink", () => new Sink());
        var source = system.Spawn("source", () => new Source([sink], Count / 500, messagesPerRound: 500, window: 2, done, messages == Messages.New));

        return await PerSecondAsync(Count + (Count / 500), () => source.Tell(Go.Instance), done);
    }

    /// <summary>Pairs of actors that play balls to each other.</summary>
    internal static async Task<double> PingPongAsync(int pairs, int inFlight)
    {
        var messagesPerPair = inFlight == 1 ? 2_000_000 : 10_000_000 / pairs;
        await using var system = new ThreadPoolActorSystem();
        var done = NewSource();
        var playing = pairs * inFlight;
        var openings = new List<(IActorRef<Ball> Player, Ball Ball)>();
        for (var pair = 0; pair < pairs; pair++)
        {
            var a = system.Spawn($"a{pair}", () => new Player(OnEnd));
            var b = system.Spawn($"b{pair}", () => new Player(OnEnd));
            for (var ball = 0; ball < inFlight; ball++)
                openings.Add((a, new Ball(a, b) { Left = messagesPerPair / inFlight }));
        }

        return await PerSecondAsync((long)messagesPerPair * pairs, () => openings.ForEach(o => o.Player.Tell(o.Ball)), done);

        void OnEnd()
        {
            if (Interlocked.Decrement(ref playing) == 0)
                done.TrySetResult();
        }
    }

    /// <summary>One actor tells each of many, 20 times around, and goes on when all have answered.</summary>
    internal static async Task<double> FanOutAsync(int actors)
    {
        const int RoundsPerAnswer = 20;
        const int Answers = 500;
        await using var system = new ThreadPoolActorSystem();
        var done = NewSource();
        var leaves = Enumerable.Range(0, actors).Select(i => system.Spawn($"leaf{i}", () => new Sink())).ToArray();
        var source = system.Spawn("source", () => new Source(leaves, rounds: Answers, messagesPerRound: RoundsPerAnswer, window: 1, done));

        return await PerSecondAsync((long)actors * Answers * (RoundsPerAnswer + 1), () => source.Tell(Go.Instance), done);
    }

    /// <summary>100 callers that ask one after the other.</summary>
    internal static async Task<double> AskAsync()
    {
        const int Callers = 100;
        const int AsksEach = 5_000;
        await using var system = new ThreadPoolActorSystem();
        var echo = system.Spawn("echo", () => new Echo());
        var clock = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < AsksEach; i++)
                await system.AskAsync(echo, static (IActorRef<Go> replyTo) => new Question(replyTo), _patience);
        })));

        return Callers * AsksEach / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Actors that are born, handle one message and end.</summary>
    internal static async Task<double> SpawnAndStopAsync()
    {
        const int Actors = 200_000;
        await using var system = new ThreadPoolActorSystem();
        var done = NewSource();
        var left = Actors;
        var clock = Stopwatch.StartNew();

        for (var i = 0; i < Actors; i++)
            system.Spawn($"a{i}", () => new Mayfly(OnEnd)).Tell(Go.Instance);
        await done.Task.WaitAsync(_patience);

        return Actors / clock.Elapsed.TotalSeconds;

        void OnEnd()
        {
            if (Interlocked.Decrement(ref left) == 0)
                done.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<double> PerSecondAsync(long messages, Action begin, TaskCompletionSource done)
    {
        var clock = Stopwatch.StartNew();
        begin();
        await done.Task.WaitAsync(_patience);
        return messages / clock.Elapsed.TotalSeconds;
    }

    private sealed class Go
    {
        internal static Go Instance { get; } = new();
    }

    private sealed record Question(IActorRef<Go> ReplyTo);

    private sealed class Item(IActorRef<Go>? answerTo)
    {
        internal IActorRef<Go>? AnswerTo => answerTo;
    }

    private sealed class Ball(IActorRef<Ball> a, IActorRef<Ball> b)
    {
        internal int Left { get; set; }

        internal IActorRef<Ball> A => a;

        internal IActorRef<Ball> B => b;
    }

    private sealed class Sink : Actor<Item>
    {
        protected override void Receive(Item message) => message.AnswerTo?.Tell(Go.Instance);
    }

    private sealed class SinkOfAnything : Actor<object>
    {
        protected override void Receive(object message) => ((Item)message).AnswerTo?.Tell(Go.Instance);
    }

    private sealed class Source(
        IActorRef<Item>[] targets, int rounds, int messagesPerRound, int window, TaskCompletionSource done, bool makeNew = false) : Actor<Go>
    {
        private readonly Item _plain = new(null);
        private Item? _last;
        private int _sent;
        private int _answers;

        protected override void OnStart() => _last = new Item(Self);

        protected override void Receive(Go message)
        {
            if (_sent == 0)
            {
                for (var i = 0; i < window; i++)
                    SendRound();
                return;
            }

            if (++_answers % targets.Length != 0)
                return;

            if (_answers == rounds * targets.Length)
                done.TrySetResult();
            else if (_sent < rounds)
                SendRound();
        }

        private void SendRound()
        {
            _sent++;
            for (var i = 0; i < messagesPerRound; i++)
            {
                var item = i == messagesPerRound - 1 ? _last! : makeNew ? new Item(null) : _plain;
                foreach (var target in targets)
                    target.Tell(item);
            }
        }
    }

    private sealed class Player(Action onEnd) : Actor<Ball>
    {
        protected override void Receive(Ball message)
        {
            if (--message.Left > 0)
                (ReferenceEquals(message.A, Self) ? message.B : message.A).Tell(message);
            else
                onEnd();
        }
    }

    private sealed class Echo : Actor<Question>
    {
        protected override void Receive(Question message) => message.ReplyTo.Tell(Go.Instance);
    }

    private sealed class Mayfly(Action onEnd) : Actor<Go>
    {
        protected override void Receive(Go message) => Context.Stop(Self);

        protected override void OnStop() => onEnd();
    }
}
