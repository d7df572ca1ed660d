using RealTimeActors.EndToEnd.Tests.CommandLine;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The pages of a server that asks for tokens.</summary>
public sealed class TokenTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Secret = "a secret of the tests that is long enough for HS256";
    private static readonly string[] _jwt = ["realtime.auth.mode=jwt", $"realtime.auth.jwt.hs256-secret={Secret}"];
    private ServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(_jwt);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [ChromiumFact]
    public async Task The_explorer_asks_for_a_token_and_does_everything_with_it()
    {
        var token = await TokenAsync("mira", ">=publish,subscribe,history,admin");
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, "funding.grants");

        await explorer.Tab.IsAsync("stopped");
        await explorer.Tab.BecomesTrueAsync("!document.getElementById('token').hidden");
        await explorer.GiveTokenAsync("not.a.token");
        await explorer.Tab.BecomesTrueAsync("!document.getElementById('token').hidden && document.getElementById('token-said').textContent.length > 0 && document.body.dataset.state === 'stopped'");
        await explorer.GiveTokenAsync($"Bearer {token}");
        await explorer.Tab.IsAsync("live");
        await explorer.PublishAsync("note.written", "1");

        await explorer.ListsAsync(1);
        await explorer.Tab.BecomesTrueAsync("document.querySelector('#events .mark.user')?.textContent === 'mira'");
        await explorer.Tab.BecomesTrueAsync("document.querySelector('#followers tr.own')?.textContent.includes('mira, this page')");
        Assert.DoesNotContain(token, await explorer.Tab.AskAsync<string>("location.href + document.body.innerText + performance.getEntriesByType('resource').map(entry => entry.name).join()"), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], _server.Output, StringComparison.Ordinal);
        Assert.Empty(explorer.Faults);
    }

    [ChromiumFact]
    public async Task Who_may_follow_and_not_administer_follows_and_is_told_what_he_may_not()
    {
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, "funding.grants");
        await explorer.Tab.IsAsync("stopped");

        await explorer.GiveTokenAsync(await TokenAsync("tom", "funding.>=subscribe,history"));
        await explorer.Tab.IsAsync("live");
        await explorer.StandsAtAsync(0, 0);
        await explorer.PublishAsync("note.written", "1");

        await explorer.Tab.BecomesTrueAsync("document.querySelector(`#published li[data-code='103']`)?.textContent.includes('publish')");
        await explorer.Tab.BecomesTrueAsync("document.getElementById('channels-said').textContent.includes(`'admin'`) && document.getElementById('followers-said').textContent.includes(`'admin'`)");
        Assert.Empty(explorer.Faults);
    }

    [ChromiumFact]
    public async Task The_live_page_asks_for_a_token_too_and_a_reload_keeps_it()
    {
        await using var tab = await browser.OpenTabAsync(_server.Address);
        await tab.IsAsync("stopped");

        await tab.FillAsync("#token-text", await TokenAsync("mira", "machine.>=subscribe,history"));
        await tab.ClickAsync("#token button[type=submit]");
        await tab.IsAsync("live");
        var channel = (await tab.ChannelsAsync())[0];
        await tab.PassesAsync(channel, 1);
        await tab.ReloadAsync();

        await tab.IsAsync("live");
        await tab.PassesAsync(channel, 2);
        Assert.Empty(tab.Faults);
    }

    private static async Task<string> TokenAsync(string subject, string grant)
    {
        var result = await Cli.RunAsync(["token", .. _jwt.SelectMany(setting => (string[])["--set", setting]), "--subject", subject, "--channel", grant]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output.Trim();
    }
}
