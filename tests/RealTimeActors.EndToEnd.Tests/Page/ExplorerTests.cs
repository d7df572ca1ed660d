using System.Globalization;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The explorer at <c>/explorer</c>, in a real browser, on a real server.</summary>
public sealed class ExplorerTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Channel = "funding.grants";
    private ServerProcess _server = null!;
    private WireClient _office = null!;

    public async Task InitializeAsync()
    {
        _server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        _office = await WireClient.ConnectAsync(_server);
    }

    public async Task DisposeAsync()
    {
        await _office.DisposeAsync();
        await _server.DisposeAsync();
    }

    [ChromiumFact]
    public async Task Lists_the_channels_and_follows_the_one_that_is_chosen()
    {
        await PublishAsync(3);
        await _office.PublishAsync("orders.placed", "1");

        await using var explorer = await Explorer.OpenAsync(browser, _server);
        await explorer.Tab.BecomesTrueAsync("[...document.querySelectorAll('#channels li')].map(item => `${item.dataset.channel} ${item.dataset.head}`).join() === 'funding.grants 3,orders.placed 1'");
        await explorer.Tab.FillAsync("#filter", "fund");
        await explorer.Tab.BecomesTrueAsync("document.querySelectorAll('#channels li').length === 1");
        await explorer.Tab.ClickAsync("#channels a");
        await explorer.ListsAsync(3, 2, 1);
        await PublishAsync(1);

        await explorer.ListsAsync(4, 3, 2, 1);
        await explorer.Tab.BecomesTrueAsync("document.querySelector(`#channels li[data-head='4'][data-subscribers='1']`)");
        await explorer.Tab.BecomesTrueAsync("document.getElementById('server-state').textContent === 'ready'");
        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_name_that_no_channel_has_yet_is_opened_by_the_keyboard()
    {
        await using var explorer = await Explorer.OpenAsync(browser, _server);

        await explorer.Tab.FillAsync("#filter", "not.there:yet");
        await explorer.Tab.PressAsync("#filter", "Enter");
        await explorer.Tab.BecomesTrueAsync("document.getElementById('channel-name').textContent === 'not.there:yet'");
        await explorer.StandsAtAsync(0, 0);

        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task What_is_published_by_hand_gets_a_receipt_and_is_seen_as_it_was_written()
    {
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.Tab.IsAsync("live");

        await explorer.PublishAsync("note.written", """{"text":"<img src=x onerror=alert(1)>","amount":1.50}""");
        await explorer.Tab.BecomesTrueAsync("document.querySelector(`#published li.good[data-status='persisted'][data-offset='1']`)");
        await explorer.ListsAsync(1);
        await explorer.Tab.ClickAsync("#events summary");

        Assert.Equal("{\n  \"text\": \"<img src=x onerror=alert(1)>\",\n  \"amount\": 1.50\n}", await explorer.Tab.TextAsync("#events pre"));
        Assert.Equal(0, await explorer.Tab.AskAsync<int>("document.querySelectorAll('#events img').length"));
        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task What_the_server_refuses_is_told_with_its_code_and_what_is_no_JSON_before_it_is_sent()
    {
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.Tab.IsAsync("live");

        // A name twice in one object: every JSON reader of a browser takes it, the contract does not.
        await explorer.PublishAsync("note.written", """{"a":1,"a":2}""");
        await explorer.Tab.BecomesTrueAsync("document.querySelector(`#published li.bad[data-code='101']`)?.textContent.includes('bad_request')");
        await explorer.Tab.FillAsync("#publish-data", """{"a":1,}""");
        await explorer.Tab.BecomesTrueAsync("document.getElementById('publish-button').disabled && document.querySelector('#publish-data[aria-invalid=true]')");

        Assert.Contains("JSON", await explorer.Tab.TextAsync("#publish-check"), StringComparison.Ordinal);
        Assert.Empty(explorer.Faults);
    }

    [ChromiumFact]
    public async Task Shows_how_far_another_session_has_come_and_how_far_it_is_behind()
    {
        await PublishAsync(10);
        await using var other = await WireClient.ConnectAsync(_server, $$"""{"subscribe":[{"channel":"{{Channel}}","from":"earliest"}]}""");
        var session = SessionOf(other);
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);

        await explorer.SeesFollowerAsync(session, "live", 0, 10);
        await other.SendAsync($$$"""{"ack":{"channel":"{{{Channel}}}","offset":7}}""");
        await explorer.SeesFollowerAsync(session, "live", 7, 3);
        await other.DisposeAsync();
        await explorer.SeesFollowerAsync(session, "away", 7, 3);

        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_cut_connection_falls_behind_and_replays_what_it_missed_when_it_goes_on()
    {
        await PublishAsync(2);
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.ListsAsync(2, 1);

        await explorer.Tab.ClickAsync("#cut");
        await explorer.Tab.IsAsync("cut");
        await explorer.PublishAsync("note.written", "3");
        await PublishAsync(2);
        await explorer.StandsAtAsync(position: 2, lag: 3);
        await explorer.Tab.ClickAsync("#cut");

        await explorer.ReplayedAsync(3, 5);
        await explorer.ListsAsync(5, 4, 3, 2, 1);
        await explorer.StandsAtAsync(position: 5, lag: 0);
        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_server_that_is_killed_and_started_again_finds_the_page_where_it_was()
    {
        await PublishAsync(3);
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.ListsAsync(3, 2, 1);
        await explorer.StandsAtAsync(position: 3, lag: 0);

        await _server.KillAsync();
        await explorer.Tab.IsAsync("waiting");
        await explorer.Tab.BecomesTrueAsync("document.getElementById('server').dataset.state === 'away'");
        await _server.RestartAsync();
        await explorer.Tab.IsAsync("live");
        await using var again = await WireClient.ConnectAsync(_server);
        await again.PublishAsync(Channel, "4");

        await explorer.ListsAsync(4, 3, 2, 1);
        await explorer.StandsAtAsync(position: 4, lag: 0);
        await explorer.Tab.BecomesTrueAsync("document.getElementById('server').dataset.state === 'ready' && document.querySelector('#followers tr.own')");
        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_replay_begins_at_the_offset_that_is_asked_for_and_the_log_is_paged_back_from_there()
    {
        await PublishAsync(60);
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.ReplayedAsync(11, 60);

        await explorer.Tab.FillAsync("#replay-from", "58");
        await explorer.Tab.PressAsync("#replay-from", "Enter");
        await explorer.ReplayedAsync(58, 60);
        await explorer.ListsAsync(60, 59, 58);
        await explorer.Tab.ClickAsync("#older");
        await explorer.ListsAsync([.. Enumerable.Range(0, 50).Select(i => 57L - i)]);
        await explorer.Tab.ClickAsync("#older");
        await explorer.ListsAsync(7, 6, 5, 4, 3, 2, 1);
        await explorer.Tab.ClickAsync("#now");
        await explorer.ListsAsync(60, 59, 58);

        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_reload_goes_on_where_the_session_was()
    {
        await PublishAsync(2);
        await using var explorer = await Explorer.OpenAtAsync(browser, _server, Channel);
        await explorer.ListsAsync(2, 1);
        await explorer.Tab.BecomesTrueAsync("document.getElementById('own-acked').textContent === '2'");
        var session = await explorer.Tab.SessionAsync();

        await explorer.Tab.ReloadAsync();
        await explorer.Tab.IsAsync("live");
        await explorer.StandsAtAsync(position: 2, lag: 0);
        await PublishAsync(1);
        await explorer.ListsAsync(3);

        Assert.Equal(session, await explorer.Tab.SessionAsync());
        Assert.Empty(explorer.Tab.Faults);
    }

    [ChromiumFact]
    public async Task A_session_is_ended_after_a_question()
    {
        await using var other = await WireClient.ConnectAsync(_server, $$"""{"subscribe":[{"channel":"{{Channel}}"}]}""");
        var session = SessionOf(other);
        await using var explorer = await Explorer.OpenAsync(browser, _server, "#/sessions");

        await explorer.Tab.ClickAsync($"#sessions tr[data-session='{session}'] a");
        await explorer.Tab.BecomesTrueAsync($"document.querySelector(`#subscriptions tr[data-channel='{Channel}']`)");
        await explorer.Tab.ClickAsync("#end-session");
        await explorer.Tab.ClickAsync("#ask button[value=keep]");
        await explorer.Tab.BecomesTrueAsync($"!document.getElementById('ask').open && document.querySelector(`#sessions tr[data-session='{session}']`)");
        await explorer.Tab.ClickAsync("#end-session");
        await explorer.Tab.ClickAsync("#ask-end");

        await explorer.Tab.BecomesTrueAsync("document.getElementById('session-said').textContent === 'This session has ended.'");
        await explorer.Tab.BecomesTrueAsync($"!document.querySelector(`#sessions tr[data-session='{session}']`)");
        Assert.Empty(explorer.Faults);
    }

    private static string SessionOf(WireClient client) => client.Welcome.GetProperty("session").GetProperty("id").GetString()!;

    private async Task PublishAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _office.PublishAsync(Channel, i.ToString(CultureInfo.InvariantCulture));
    }
}
