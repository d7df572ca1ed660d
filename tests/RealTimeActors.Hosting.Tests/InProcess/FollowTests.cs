using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests.InProcess;

public sealed class FollowTests : IAsyncLifetime
{
    private static readonly SubscriberOptions _billing = new() { Name = "billing" };
    private TestApplication _app = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApplication.StartAsync();
        for (var i = 0; i < 5; i++)
            await _app.Channels.PublishAsync("prices", "price.changed", i);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_event_in_whose_turn_a_loop_is_left_is_not_dealt_with_and_comes_again()
    {
        Assert.Equal([1, 2, 3], await ReadAsync(3));
        Assert.Equal([3, 4, 5], await ReadAsync(3));
    }

    [Fact]
    public async Task Ends_when_the_host_stops()
    {
        var seen = new Box<long>();
        var following = Task.Run(async () =>
        {
            await foreach (var received in _app.Channels.FollowAsync("prices", _billing))
                await seen.PutAsync(received.Offset);
        });
        await seen.NextAsync(5);

        await _app.StopAsync();

        await following.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Gives_up_when_it_is_told_to()
    {
        using var enough = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var received in _app.Channels.FollowAsync("prices", _billing, enough.Token))
            {
                if (received.Offset == 5)
                    await enough.CancelAsync();
            }
        });
    }

    private async Task<List<long>> ReadAsync(int count)
    {
        var offsets = new List<long>();
        await foreach (var received in _app.Channels.FollowAsync("prices", _billing))
        {
            offsets.Add(received.Offset);
            if (offsets.Count == count)
                break;
        }

        return offsets;
    }
}
