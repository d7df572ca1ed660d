using RealTimeActors.Dispatch;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Actors.Tests.Dispatchers;

public sealed class AskTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_first_answer_completes_the_ask()
    {
        await using var system = new ThreadPoolActorSystem();
        var echo = system.Spawn("echo", () => new Echo());

        var answer = await system.AskAsync(echo, (IActorRef<string> replyTo) => new Question("hello", replyTo), TimeSpan.FromSeconds(60));

        Assert.Equal("hello", answer);
    }

    [Fact]
    public async Task Without_an_answer_the_time_runs_out_and_the_error_names_the_target()
    {
        var time = new VirtualTime();
        await using var system = new ThreadPoolActorSystem(time);
        var echo = system.Spawn("echo", () => new Echo());

        var asked = system.AskAsync(echo, (IActorRef<string> replyTo) => new Question("", replyTo), _second);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(asked.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var error = await Assert.ThrowsAsync<TimeoutException>(() => asked);
        Assert.Equal("/echo did not answer with String within 00:00:01.", error.Message);
    }

    [Fact]
    public async Task Cancelling_ends_the_ask()
    {
        await using var system = new ThreadPoolActorSystem(new VirtualTime());
        var echo = system.Spawn("echo", () => new Echo());
        using var cancellation = new CancellationTokenSource();

        var asked = system.AskAsync(echo, (IActorRef<string> replyTo) => new Question("", replyTo), _second, cancellation.Token);
        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact]
    public async Task Many_asks_at_once_get_each_its_own_answer()
    {
        await using var system = new ThreadPoolActorSystem();
        var echo = system.Spawn("echo", () => new Echo());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i =>
            system.AskAsync(echo, (IActorRef<string> replyTo) => new Question($"{i + 1}", replyTo), TimeSpan.FromSeconds(60))));

        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i + 1}"), answers);
    }

    [Fact]
    public async Task An_ask_on_a_killed_system_fails_instead_of_hanging()
    {
        var system = new ThreadPoolActorSystem();
        var echo = system.Spawn("echo", () => new Echo());
        system.Kill();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            system.AskAsync(echo, (IActorRef<string> replyTo) => new Question("x", replyTo), _second));

        await system.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_timeout_must_be_above_zero()
    {
        await using var system = new ThreadPoolActorSystem();
        var echo = system.Spawn("echo", () => new Echo());

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            system.AskAsync(echo, (IActorRef<string> replyTo) => new Question("x", replyTo), TimeSpan.Zero));
    }

    [Fact]
    public async Task Real_time_drives_timers_and_stopping_waits_for_all()
    {
        var system = new ThreadPoolActorSystem();
        var rang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var alarm = system.Spawn("alarm", () => new Alarm(rang));

        await rang.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await system.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));

        alarm.Tell("late");
        Assert.Equal(1, system.DeadLettersCount);
    }

    private sealed record Question(string Text, IActorRef<string> ReplyTo);

    private sealed class Echo : Actor<Question>
    {
        protected internal override void Receive(Question message)
        {
            if (message.Text.Length > 0)
                message.ReplyTo.Tell(message.Text);
        }
    }

    private sealed class Alarm(TaskCompletionSource rang) : Actor<string>
    {
        protected internal override void OnStart() => Context.StartTimer("alarm", TimeSpan.FromMilliseconds(5), "ring");

        protected internal override void Receive(string message) => rang.TrySetResult();
    }
}
