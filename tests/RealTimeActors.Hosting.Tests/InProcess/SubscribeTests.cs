using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Hosting.Tests.Support;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.Tests.InProcess;

public sealed class SubscribeTests : IAsyncLifetime
{
    private readonly string _directory = TestApplication.NewDirectory();
    private readonly Box<long> _seen = new();
    private TestApplication _app = null!;

    public async Task InitializeAsync() => _app = await StartAsync();

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Without_a_name_follows_from_now_on()
    {
        await PublishAsync(3);

        await using var subscription = await _app.Channels.SubscribeAsync("prices", null, SeeAsync);
        await PublishAsync(2);

        Assert.Equal([4, 5], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task Without_a_name_begins_where_it_says()
    {
        await PublishAsync(3);

        await using var subscription = await _app.Channels.SubscribeAsync("prices", new SubscriberOptions { From = new From.Last(2) }, SeeAsync);

        Assert.Equal([2, 3], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task With_a_name_begins_at_the_earliest_and_comes_back_where_it_was_after_a_restart()
    {
        await PublishAsync(3);
        await SubscribeAsync();
        Assert.Equal([1, 2, 3], await _seen.NextAsync(3));

        await RestartAsync();
        await PublishAsync(2);
        await SubscribeAsync();

        Assert.Equal([4, 5], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task With_a_name_and_disposed_of_goes_on_there_in_the_same_process()
    {
        var first = await SubscribeAsync();
        await PublishAsync(2);
        await _seen.NextAsync(2);
        await first.DisposeAsync();
        await PublishAsync(2);

        await SubscribeAsync();

        Assert.Equal([3, 4], await _seen.NextAsync(2));
        Assert.True(first.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task With_a_name_and_from_now_misses_what_was_before_it_was_new_and_nothing_after()
    {
        await PublishAsync(2);
        var first = await SubscribeAsync(new SubscriberOptions { Name = "billing", From = From.Now });
        await first.DisposeAsync();
        await PublishAsync(2);

        await SubscribeAsync(new SubscriberOptions { Name = "billing", From = From.Now });

        Assert.Equal([3, 4], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task What_is_forgotten_begins_as_for_the_first_time()
    {
        var first = await SubscribeAsync();
        await PublishAsync(2);
        await _seen.NextAsync(2);

        await first.ForgetAsync();
        await SubscribeAsync();

        Assert.Equal([1, 2], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task Each_name_has_its_own_place_and_follows_a_channel_once()
    {
        await PublishAsync(1);
        await SubscribeAsync();
        var other = new Box<long>();
        await using var audit = await _app.Channels.SubscribeAsync("prices", new SubscriberOptions { Name = "audit" }, (received, _) => other.PutAsync(received.Offset));

        var twice = await Assert.ThrowsAsync<InvalidOperationException>(() => SubscribeAsync());

        Assert.Equal((1, 1), (await _seen.NextAsync(), await other.NextAsync()));
        Assert.Contains("'billing' follows 'prices' already", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_handler_fails_comes_again_before_the_next_one()
    {
        var failures = 2;
        await PublishAsync(3);

        await SubscribeAsync(new SubscriberOptions { Name = "billing", RetryAfter = TimeSpan.FromMilliseconds(1) }, async received =>
        {
            await _seen.PutAsync(received.Offset);
            if (received.Offset == 2 && failures-- > 0)
                throw new InvalidOperationException("the ledger is locked");
        });

        Assert.Equal([1, 2, 2, 2, 3], await _seen.NextAsync(5));
    }

    [Fact]
    public async Task A_handler_that_fails_for_good_ends_the_subscription_and_the_event_comes_again_the_next_time()
    {
        await PublishAsync(3);
        var failing = await SubscribeAsync(new SubscriberOptions { Name = "billing", Attempts = 2, RetryAfter = TimeSpan.Zero }, async received =>
        {
            await _seen.PutAsync(received.Offset);
            if (received.Offset == 2)
                throw new InvalidOperationException("no such account");
        });

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => failing.Completion.WaitAsync(Patience.Limit));
        Assert.Equal("no such account", fault.Message);
        Assert.Equal([1, 2, 2], await _seen.NextAsync(3));
        await RestartAsync();
        await SubscribeAsync();

        Assert.Equal([2, 3], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task Stopping_lets_the_handler_finish_and_its_event_does_not_come_again()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PublishAsync(2);
        await SubscribeAsync(handler: async received =>
        {
            begun.TrySetResult();
            await goOn.Task;
            await _seen.PutAsync(received.Offset);
        });
        await begun.Task.WaitAsync(Patience.Limit);

        var stopping = _app.StopAsync();
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        await stopping.WaitAsync(Patience.Limit);
        Assert.Equal(1, await _seen.NextAsync());
        await RestartAsync();
        await SubscribeAsync();

        Assert.Equal(2, await _seen.NextAsync());
        Assert.True(_seen.IsEmpty);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever_for_a_handler_that_hangs()
    {
        await _app.DisposeAsync();
        _app = await StartAsync(options => options.DrainWithin = TimeSpan.FromMilliseconds(100));
        var (never, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await PublishAsync(1);
        await using var hanging = await _app.Channels.SubscribeAsync("prices", new SubscriberOptions { Name = "billing" }, async (received, stop) =>
        {
            await _seen.PutAsync(received.Offset);
            try
            {
                await never.Task.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                // Told by the handler itself: a callback of its own on the token is taken back, unheard, where its end comes first.
                cancelled.TrySetResult();
                throw;
            }
        });
        await _seen.NextAsync();

        await _app.StopAsync().WaitAsync(Patience.Limit);
        await cancelled.Task.WaitAsync(Patience.Limit);
        await RestartAsync();
        await SubscribeAsync();

        Assert.Equal(1, await _seen.NextAsync());
    }

    [Fact]
    public async Task Acks_by_hand_and_what_was_not_acked_comes_again()
    {
        await PublishAsync(3);
        var manual = await SubscribeAsync(new SubscriberOptions { Name = "billing", Ack = AckMode.Manual }, async received =>
        {
            if (received.Offset == 1)
                await received.AckAsync();
            await _seen.PutAsync(received.Offset);
        });
        Assert.Equal([1, 2, 3], await _seen.NextAsync(3));
        await manual.DisposeAsync();

        await SubscribeAsync();

        Assert.Equal([2, 3], await _seen.NextAsync(2));
    }

    [Fact]
    public async Task A_hosted_service_may_follow_and_publish_while_the_host_starts()
    {
        await using var app = await TestApplication.StartAsync(build: builder => builder.Services.AddHostedService(services => new Greeter(services.GetRequiredService<IChannels>(), _seen)));

        Assert.Equal(1, await _seen.NextAsync());
    }

    [Fact]
    public async Task Thousands_of_events_come_once_each_and_in_order_to_a_handler_that_is_behind()
    {
        // How fast so many are published at once is not what is asked here.
        await _app.DisposeAsync();
        _app = await StartAsync(options => options.Set("realtime.http.request-timeout", "2m"));
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i => _app.Channels.PublishAsync("prices", "t", new { i, text = new string('x', 500) })));

        await SubscribeAsync(new SubscriberOptions { Name = "billing", EventsMax = 16 });

        Assert.Equal(Enumerable.Range(1, 5_000).Select(i => (long)i), await _seen.NextAsync(5_000));
    }

    [Fact]
    public async Task A_handler_may_dispose_of_its_own_subscription()
    {
        ISubscription subscription = null!;
        var assigned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PublishAsync(2);
        subscription = await SubscribeAsync(handler: async received =>
        {
            await assigned.Task;
            await subscription.DisposeAsync();
            await _seen.PutAsync(received.Offset);
        });
        assigned.SetResult();

        await subscription.Completion.WaitAsync(Patience.Limit);

        Assert.Equal(1, await _seen.NextAsync());
        Assert.True(_seen.IsEmpty);
    }

    [Fact]
    public async Task What_a_notice_throws_ends_the_subscription()
    {
        var options = new SubscriberOptions { Name = "billing", Noticed = notice => throw new InvalidOperationException(notice is SubscriptionNotice.Started ? "started" : "else") };

        var subscription = await SubscribeAsync(options);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => subscription.Completion.WaitAsync(Patience.Limit));
        Assert.Equal("started", fault.Message);
    }

    [Theory]
    [InlineData("", "1 to 64 characters")]
    [InlineData("a/b", "1 to 64 characters")]
    public async Task Refuses_a_name_that_is_none(string name, string part)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => SubscribeAsync(new SubscriberOptions { Name = name }));

        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_of_a_subscribers_session_is_for_its_owner_only()
    {
        await SubscribeAsync();

        var folder = new DirectoryInfo(Path.Combine(_directory, "data", "subscribers"));
        var file = Assert.Single(folder.GetFiles());

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder.UnixFileMode);
        }
    }

    private Task<TestApplication> StartAsync(Action<RealTimeActorsOptions>? configure = null) => TestApplication.StartAsync(configure, directory: _directory);

    private async Task RestartAsync()
    {
        await _app.DisposeAsync();
        _app = await StartAsync();
    }

    private async Task PublishAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _app.Channels.PublishAsync("prices", "price.changed", i);
    }

    private Task<ISubscription> SubscribeAsync(SubscriberOptions? options = null, Func<ReceivedEvent, ValueTask>? handler = null) =>
        _app.Channels.SubscribeAsync(
            "prices", options ?? new SubscriberOptions { Name = "billing" }, (received, _) => handler is null ? _seen.PutAsync(received.Offset) : handler(received));

    private ValueTask SeeAsync(ReceivedEvent received, CancellationToken stop) => _seen.PutAsync(received.Offset);

    private sealed class Greeter(IChannels channels, Box<long> seen) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await channels.SubscribeAsync("greetings", new SubscriberOptions { Name = "greeter" }, (received, _) => seen.PutAsync(received.Offset), cancellationToken);
            await channels.PublishAsync("greetings", "greeted", "hello", cancellationToken: cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
