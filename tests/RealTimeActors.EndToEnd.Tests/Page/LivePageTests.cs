using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The live page at <c>/</c>, in a real browser, on a real server.</summary>
public sealed class LivePageTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [ChromiumFact]
    public async Task Shows_the_figures_of_this_machine_as_they_come()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);

        await tab.IsAsync("live");
        foreach (var channel in await tab.ChannelsAsync())
            await tab.PassesAsync(channel, 1);

        Assert.Equal(["cpu", "memory", "disk", "network"], (await tab.ChannelsAsync()).Select(channel => channel.Split('.')[^1]));
        await tab.BecomesTrueAsync("[...document.querySelectorAll('[data-figure]')].every(figure => /^[0-9]/.test(figure.textContent))");
        await tab.BecomesTrueAsync("[...document.querySelectorAll('canvas')].every(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0))");
        Assert.Empty(tab.Faults);
    }

    [ChromiumFact]
    public async Task Fills_its_charts_from_the_history_when_it_is_opened()
    {
        var channel = (await ChannelsOfMachineAsync())[0];
        await HeadPassesAsync(channel, 3);

        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");
        await tab.BecomesTrueAsync($"document.querySelector(`#events li[data-channel='{channel}'][data-offset='1']`)");

        AssertWithoutHoleOrRepeat(await tab.OffsetsInListAsync(channel));
        Assert.Equal(1, (await tab.OffsetsInListAsync(channel))[^1]);
        Assert.Empty(tab.Faults);
    }

    [ChromiumFact]
    public async Task A_cut_connection_resumes_and_what_was_missed_comes_back_without_hole_or_repeat()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");
        var channels = await tab.ChannelsAsync();
        foreach (var channel in channels)
            await tab.PassesAsync(channel, 1);
        var session = await tab.SessionAsync();

        await tab.CutAsync();
        await tab.IsAsync("cut");
        Assert.Contains("Reconnect now", await tab.TextAsync("#cut"), StringComparison.Ordinal);
        var offsetsWhenCut = new Dictionary<string, long>();
        foreach (var channel in channels)
            offsetsWhenCut[channel] = await tab.OffsetAsync(channel);
        var replay = await tab.ReplayAsync();
        await tab.IsAsync("live");

        Assert.Contains("no hole, no repeat", replay.Line, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (replay.Holes, replay.Repeats, replay.Lost));
        Assert.Equal(session, await tab.SessionAsync());
        var replayed = 0L;
        foreach (var channel in channels)
        {
            var (first, last) = await tab.ReplayedAsync(channel);
            Assert.Equal(offsetsWhenCut[channel] + 1, first);
            replayed += last - first + 1;
            await tab.PassesAsync(channel, last);
            await tab.BecomesTrueAsync($"document.querySelector(`#events li[data-channel='{channel}'][data-kind='live'][data-offset='{last + 1}']`)");
            AssertWithoutHoleOrRepeat(await tab.OffsetsInListAsync(channel));
            Assert.Equal(Enumerable.Range(0, (int)(last - first) + 1).Select(i => last - i), await tab.OffsetsInListAsync(channel, "replayed"));
        }

        // Of each channel one a second, for as long as it was cut: how many that were is the machine's affair.
        Assert.InRange(replayed, channels.Length, long.MaxValue);
        Assert.Equal(replayed, replay.Events);
        Assert.Empty(tab.Faults);
    }

    [ChromiumFact]
    public async Task Nobody_has_to_wait_for_the_count_down()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");

        await tab.CutAsync();
        await tab.IsAsync("cut");
        await tab.CutAsync();
        var replay = await tab.ReplayAsync();

        Assert.Equal((0, 0, 0), (replay.Holes, replay.Repeats, replay.Lost));
        await tab.IsAsync("live");
    }

    [ChromiumFact]
    public async Task A_server_that_is_killed_and_started_again_finds_the_page_where_it_was()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");
        var channels = await tab.ChannelsAsync();
        foreach (var channel in channels)
            await tab.PassesAsync(channel, 3);
        var session = await tab.SessionAsync();

        await _server.KillAsync();
        await tab.IsAsync("waiting");
        var offsets = new Dictionary<string, long>();
        foreach (var channel in channels)
            offsets[channel] = await tab.OffsetAsync(channel);
        await _server.RestartAsync();
        var replay = await tab.ReplayAsync();

        // What was not acked in time is sent again, and left out; nothing is missing.
        Assert.Equal((0, 0), (replay.Holes, replay.Lost));
        Assert.Equal(session, await tab.SessionAsync());
        foreach (var channel in channels)
        {
            await tab.PassesAsync(channel, offsets[channel] + 1);
            AssertWithoutHoleOrRepeat(await tab.OffsetsInListAsync(channel));
        }

        Assert.Empty(tab.Faults);
    }

    [ChromiumFact]
    public async Task A_reload_keeps_the_session_and_the_charts()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");
        var channel = (await tab.ChannelsAsync())[0];
        await tab.PassesAsync(channel, 3);
        var session = await tab.SessionAsync();

        await tab.ReloadAsync();
        await tab.IsAsync("live");
        await tab.BecomesTrueAsync($"document.querySelector(`#events li[data-channel='{channel}'][data-offset='1']`)");

        Assert.Equal(session, await tab.SessionAsync());
        AssertWithoutHoleOrRepeat(await tab.OffsetsInListAsync(channel));
        Assert.Empty(tab.Faults);
    }

    [ChromiumFact]
    public async Task A_server_without_figures_says_how_to_get_them()
    {
        await using var quiet = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        await using var tab = await browser.OpenTabAsync(quiet.Address);

        await tab.TellsAsync("realtime.machine-figures.enabled is false");
        await tab.IsAsync("live");
        await tab.TellsAsync("realtime.machine-figures.enabled is false");

        Assert.Empty(await tab.ChannelsAsync());
    }

    private static void AssertWithoutHoleOrRepeat(List<long> newestFirst)
    {
        Assert.NotEmpty(newestFirst);
        Assert.Equal(Enumerable.Range(0, newestFirst.Count).Select(i => newestFirst[0] - i), newestFirst);
    }

    private async Task<string[]> ChannelsOfMachineAsync()
    {
        using var machine = JsonDocument.Parse(await _server.Http.GetStringAsync(new Uri("page/machine.json", UriKind.Relative)));
        return [.. machine.RootElement.GetProperty("channels").EnumerateArray().Select(channel => channel.GetString()!)];
    }

    private async Task HeadPassesAsync(string channel, long offset)
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("live");
        await tab.PassesAsync(channel, offset);
    }
}
