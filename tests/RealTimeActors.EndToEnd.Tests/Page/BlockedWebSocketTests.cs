using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The pages behind something that refuses WebSockets: they go on over server-sent events, and back when they can.</summary>
public sealed class BlockedWebSocketTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [ChromiumFact]
    public async Task The_live_page_is_live_over_server_sent_events_and_says_so()
    {
        await using var proxy = new BlockingProxy(_server, blocks: true);
        await using var tab = await browser.OpenTabAsync(proxy.Address);

        await tab.IsAsync("live");
        foreach (var channel in await tab.ChannelsAsync())
            await tab.PassesAsync(channel, 2);

        Assert.Equal(("Live", "SSE"), (await tab.TextAsync("#pill-text"), await tab.TextAsync("#pill-detour")));
        Assert.Equal("Server-sent events", await tab.TextAsync("#transport"));
        Assert.Empty(Faults(tab));
    }

    [ChromiumFact]
    public async Task A_page_whose_WebSocket_is_blocked_in_mid_stream_goes_on_over_server_sent_events_and_back_when_it_can_without_hole_or_repeat()
    {
        await using var proxy = new BlockingProxy(_server, blocks: false);
        await using var tab = await browser.OpenTabAsync(proxy.Address);
        await tab.IsAsync("live");
        var channels = await tab.ChannelsAsync();
        foreach (var channel in channels)
            await tab.PassesAsync(channel, 1);
        var session = await tab.SessionAsync();
        Assert.Equal("WebSocket", await tab.TextAsync("#transport"));

        proxy.Block();
        await tab.BecomesTrueAsync("document.body.dataset.transport === 'sse' && document.body.dataset.state === 'live'");
        foreach (var channel in channels)
            await tab.PassesAsync(channel, await tab.OffsetAsync(channel) + 1);
        proxy.Unblock();
        await tab.BecomesTrueAsync("document.body.dataset.transport === 'websocket' && document.body.dataset.state === 'live'");
        foreach (var channel in channels)
            await tab.PassesAsync(channel, await tab.OffsetAsync(channel) + 1);

        Assert.Equal(("Live", ""), (await tab.TextAsync("#pill-text"), await tab.TextAsync("#pill-detour")));
        Assert.Equal(session, await tab.SessionAsync());
        foreach (var channel in channels)
        {
            var newestFirst = await tab.OffsetsInListAsync(channel);
            Assert.Equal(Enumerable.Range(0, newestFirst.Count).Select(i => newestFirst[0] - i), newestFirst);
        }

        Assert.Empty(Faults(tab));
    }

    [ChromiumFact]
    public async Task The_explorer_follows_and_publishes_over_server_sent_events()
    {
        await using var proxy = new BlockingProxy(_server, blocks: true);
        await using var tab = await browser.OpenTabAsync(new Uri(proxy.Address, "explorer#/channels/funding.grants"));
        await tab.BecomesTrueAsync("document.body.dataset.transport === 'sse' && document.body.dataset.state === 'live'");

        await tab.FillAsync("#publish-type", "grant.updated");
        await tab.FillAsync("#publish-data", """{"amount":1.50}""");
        for (var published = 1; published <= 3; published++)
        {
            await tab.ClickAsync("#publish-button");
            await tab.BecomesTrueAsync($"[...document.querySelectorAll('#events li')].map(row => row.dataset.offset).join() === '{string.Join(',', Enumerable.Range(1, published).Reverse())}'");
        }

        Assert.Equal("Server-sent events", await tab.TextAsync("#own-transport"));
        Assert.Empty(Faults(tab));
    }

    /// <summary>Without what a browser says of a WebSocket that was meant to be refused.</summary>
    private static IEnumerable<string> Faults(Tab tab) => tab.Faults.Where(fault => !fault.Contains("WebSocket", StringComparison.Ordinal));
}
