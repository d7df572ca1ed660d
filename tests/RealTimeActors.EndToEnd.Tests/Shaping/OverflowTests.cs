using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Shaping;

/// <summary>Each overflow policy as it is seen on the wire, by a client that gives no credit until the ring has long moved on.</summary>
public sealed class OverflowTests : IAsyncLifetime
{
    private const int Count = 600;
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync("realtime.limits.ring-bytes=65536", "realtime.machine-figures.enabled=false");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task CatchUp_sends_everything_and_says_when_it_is_behind_and_live_again()
    {
        await using var client = await FallBehindAsync("catchUp");

        await client.SendAsync($$$"""{"credit":{"events":{{{Count + 100}}}}}""");

        Log.AssertOffsets(await client.TakeEventsAsync(Count), 1, Count);
        Assert.Equal("catchUp", await ModeAsync(client));
        Assert.Equal("live", await ModeAsync(client));
        await client.PublishRunAsync("o", 1, 3);
        Log.AssertOffsets(await client.TakeEventsAsync(3), Count + 1, Count + 3);
    }

    [Fact]
    public async Task Conflate_sends_the_newest_of_each_key()
    {
        await using var client = await FallBehindAsync("conflate");
        Assert.Equal("conflating", await ModeAsync(client));

        await client.SendAsync($$$"""{"credit":{"events":{{{Count + 100}}}}}""");
        var accounts = await ShapingTests.AccountsAsync(client, Count);

        // Of each of five keys the newest, and perhaps one that had waited for too long to be replaced.
        var events = accounts.Where(account => account.StartsWith("event", StringComparison.Ordinal)).ToList();
        Assert.InRange(events.Count, 5, 20);
        for (var offset = Count - 4; offset <= Count; offset++)
            Assert.Contains($"event {offset}", events);
    }

    [Fact]
    public async Task DropOldest_tells_the_gap()
    {
        await using var client = await FallBehindAsync("dropOldest");

        await client.SendAsync($$$"""{"credit":{"events":{{{Count + 100}}}}}""");
        var accounts = await ShapingTests.AccountsAsync(client, Count);

        Assert.Equal("gap 1", accounts[0]);
        Assert.Equal($"event {Count}", accounts[^1]);
    }

    [Fact]
    public async Task Disconnect_closes_with_4102_and_a_reason_and_the_session_goes_on()
    {
        await using var client = await FallBehindAsync("disconnect");

        var close = await client.TakeAsync("close");
        Assert.Equal((4102, "too slow for o"), (close.GetProperty("code").GetInt32(), close.GetProperty("reason").GetString()));
        Assert.Equal((4102, "too slow for o"), await client.ClosedAsync());
        await using var again = await WireClient.ResumeAsync(_server, client);
        Log.AssertOffsets(await again.TakeEventsAsync(Count), 1, Count);
    }

    /// <summary>Follows without credit, and another publishes ten times what a ring holds.</summary>
    private async Task<WireClient> FallBehindAsync(string overflow)
    {
        var client = await WireClient.ConnectAsync(_server, $$$"""{"credit":0,"subscribe":[{"channel":"o","overflow":"{{{overflow}}}"}]}""");
        await using var publisher = await WireClient.ConnectAsync(_server);
        for (var i = 0; i < Count; i += 20)
        {
            var ids = Enumerable.Range(i, 20).Select(n => (Number: n, Id: publisher.NextId())).ToArray();
            await publisher.SendAsync([.. ids.Select(
                one => $$$"""{"id":{{{one.Id}}},"publish":{"channel":"o","type":"t","key":"k{{{one.Number % 5}}}","data":"{{{new string('x', 1_000)}}}"}}""")]);
            foreach (var (_, id) in ids)
                await publisher.TakeFrameAsync(frame => WireClient.IdOf(frame) == id, "a receipt");
        }

        return client;
    }

    private static async Task<string?> ModeAsync(WireClient client) => (await client.TakeAsync("lag")).GetProperty("mode").GetString();
}
