using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using static RealTimeActors.EndToEnd.Tests.Page.Sheet;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The funding sheet at <c>/sheet</c>: three offices in one page, in a real browser, on a real server.</summary>
public sealed class SheetTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Water = "clean-water";
    private const string Roofs = "school-roofs";
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", "realtime.presence.grace=1s");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [ChromiumFact]
    public async Task What_three_offices_do_at_once_ends_the_same_everywhere_and_each_is_told_what_became_of_it()
    {
        await using var sheet = await OpenAsync(browser, _server);

        await sheet.TogetherAsync("spent");
        await sheet.AllShowAsync(Water, "spent", "750");
        await sheet.TogetherAsync("tags");
        await sheet.TogetherAsync("bid");
        await sheet.AllShowAsync(Water, "bid", "300");
        await sheet.TogetherAsync("releasedBy");
        var released = await sheet.KindsAsync("Released by");
        await sheet.TellsAsync(Berlin, "applied", "Clean water: Bid 300");

        Assert.Equal(["applied", "rejected", "rejected"], released);
        Assert.DoesNotContain("rejected", await sheet.KindsAsync("Tags +"));
        Assert.True(await sheet.Tab.AskAsync<bool>("new Set([...document.querySelectorAll(`.line[data-key='clean-water']`)].map(line => [...line.querySelectorAll('.field')].map(field => field.dataset.value).join())).size === 1"));
        Assert.False(await sheet.Tab.AskAsync<bool>("!document.getElementById('missing-rules').hidden"));
        Assert.Empty(sheet.Tab.Faults);
    }

    /// <summary>Whoever may mutate the channel may write more than the page's own fields take.</summary>
    [ChromiumFact]
    public async Task What_does_not_fit_is_cut_and_what_is_no_amount_is_said()
    {
        await using var sheet = await OpenAsync(browser, _server);
        var added = await Cli.RunAsync(_server, "state", "add", "demo.funding.sheet", Roofs, $$"""{"tags":["{{new string('x', 3_000)}}"]}""");
        await sheet.Tab.BecomesTrueAsync($"document.querySelectorAll(`.line[data-key='{Roofs}'] .chip`).length === 3");

        await sheet.TypeAsync(Berlin, Roofs, "amount", "abc");

        Assert.Equal(0, added.ExitCode);
        Assert.True(await sheet.Tab.AskAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await sheet.Tab.BecomesTrueAsync("document.querySelector(`input[aria-invalid='true']`)?.title.startsWith(`A whole number from 0 on is expected`)");
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task What_an_office_does_offline_waits_is_done_again_on_what_the_others_did_and_competes_by_its_time()
    {
        await using var sheet = await OpenAsync(browser, _server);

        await sheet.SwitchAsync(Berlin, "offline");
        await sheet.PressAsync(Berlin, Roofs, "approvedBy");
        await sheet.PressAsync(Berlin, Roofs, "spent");
        await sheet.TypeAsync(Berlin, Roofs, "bid", "500");
        await sheet.ForeseesAsync(Berlin, Roofs, "spent", "100");
        await sheet.WaitsAsync(Berlin, 3);
        await sheet.PressAsync(Tokyo, Roofs, "approvedBy");
        await sheet.TypeAsync(Tokyo, Roofs, "bid", "900");
        await sheet.PressAsync(Tokyo, Roofs, "spent");
        await sheet.ShowsAsync(Washington, Roofs, "spent", "100");
        await sheet.ShowsAsync(Washington, Roofs, "approvedBy", "\"Tokyo\"");
        await sheet.SwitchAsync(Berlin, "live");

        // The earliest approval counts though it arrives last; the lower bid does not; every booking does.
        await sheet.AllShowAsync(Roofs, "approvedBy", "\"Berlin\"");
        await sheet.AllShowAsync(Roofs, "spent", "200");
        await sheet.AllShowAsync(Roofs, "bid", "900");
        await sheet.TellsAsync(Berlin, "rebased", "School roofs is");
        await sheet.TellsAsync(Berlin, "applied", "School roofs: Approved by Berlin");
        await sheet.TellsAsync(Berlin, "superseded", "School roofs: Bid 500");
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task What_waits_is_still_there_when_the_page_is_loaded_again_and_is_sent_once()
    {
        await using var sheet = await OpenAsync(browser, _server);
        await sheet.SwitchAsync(Tokyo, "offline");
        await sheet.TypeAsync(Tokyo, Water, "amount", "155000");
        await sheet.PressAsync(Tokyo, Water, "spent");
        await sheet.WaitsAsync(Tokyo, 2);

        await sheet.Tab.ReloadAsync();
        await sheet.IsAsync(Washington, "live");
        await sheet.WaitsAsync(Tokyo, 2);
        await sheet.ForeseesAsync(Tokyo, Water, "amount", "155000");
        var queue = await sheet.Tab.TextAsync(".office[data-office='tokyo'] .queue");
        await sheet.SwitchAsync(Tokyo, "live");

        await sheet.AllShowAsync(Water, "amount", "155000");
        await sheet.AllShowAsync(Water, "spent", "100");
        await sheet.TellsAsync(Tokyo, "applied", "from before the reload");
        Assert.Equal("2 edits wait here, 2 from before the reload: Clean water: Amount 155,000 · Clean water: Spent +100", queue);
        Assert.Equal(0, await sheet.Tab.AskAsync<int>("Object.keys(localStorage).filter(name => name.startsWith('realtime.sheet.') && !name.endsWith('/clock')).length"));
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task Who_asks_is_told_that_three_of_three_have_confirmed_and_who_is_away()
    {
        await using var sheet = await OpenAsync(browser, _server);

        var all = await sheet.AskAsync(Washington);
        await sheet.TellsAsync(Tokyo, "asked", "Confirmed by Tokyo");
        await sheet.SwitchAsync(Berlin, "offline");

        // The server knows it now, and not only the page.
        await sheet.SeesAsync(Tokyo, "2 there", "Tokyo, Washington");
        var without = await sheet.AskAsync(Tokyo);
        await sheet.SwitchAsync(Berlin, "live");
        await sheet.TellsAsync(Berlin, "asked", "Tokyo asks");

        Assert.Equal("Confirmed by 3 of 3 (#1).", all);
        Assert.Equal("Confirmed by 2 of 2; Berlin is away, and will see it (#2).", without);
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task Each_office_sees_who_is_there_and_who_has_gone_and_come_back()
    {
        await using var sheet = await OpenAsync(browser, _server);

        await sheet.SeesAsync(Washington, "3 there", "Berlin, Tokyo, Washington");
        await sheet.SeesAsync(Tokyo, "3 there", "Berlin, Tokyo, Washington");
        await sheet.SwitchAsync(Berlin, "offline");
        await sheet.SeesAsync(Berlin, "3 were there", "Berlin, Tokyo, Washington");
        await sheet.SeesAsync(Washington, "2 there", "Tokyo, Washington");
        await sheet.SwitchAsync(Berlin, "live");

        await sheet.SeesAsync(Berlin, "3 there", "Berlin, Tokyo, Washington");
        await sheet.SeesAsync(Tokyo, "3 there", "Berlin, Tokyo, Washington");
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task The_log_beside_it_is_the_log()
    {
        await using var sheet = await OpenAsync(browser, _server);
        await sheet.TogetherAsync("bid");
        await sheet.AllShowAsync(Water, "bid", "300");

        var (_, events) = await Log.ReadAllAsync(_server, "demo.funding.sheet");
        await sheet.Tab.BecomesTrueAsync($"document.querySelectorAll('#log tr').length === {events.Count}");
        var log = await sheet.LogAsync();

        Assert.Equal(events.Select(Log.OffsetOf).Reverse(), log.Select(row => row.Offset));
        Assert.Equal(events.Select(e => e.GetProperty("hash").GetString()).Reverse(), log.Select(row => row.Hash));
        Assert.Equal(events.Select(e => e.GetProperty("data").GetProperty("result").GetString()).Reverse(), log.Select(row => row.Result));
        Assert.Empty(sheet.Tab.Faults);
    }

    [ChromiumFact]
    public async Task Where_the_rules_of_the_channel_are_others_the_page_says_so()
    {
        await using var plain = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", """realtime.channels=[{"pattern":"demo.>","retention":{"count":1000}}]""");
        await using var sheet = await OpenAsync(browser, plain);

        var said = await sheet.Tab.TextAsync("#missing-rules");

        Assert.Contains("bid by last-write, not max", said, StringComparison.Ordinal);
        Assert.Contains("merge { fields { amount = last-write,", said, StringComparison.Ordinal);
        Assert.Empty(sheet.Tab.Faults);
    }
}
