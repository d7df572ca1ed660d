using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using static RealTimeActors.EndToEnd.Tests.Page.ScriptedSocket;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>How the page's client keeps its side of the wire contract, whatever comes.</summary>
public sealed class ContractTests(Browser browser, ContractTests.FilesOfThePage files) : IClassFixture<Browser>, IClassFixture<ContractTests.FilesOfThePage>
{
    [ChromiumFact]
    public async Task Passes_over_what_was_left_out_for_it_and_acks_beyond()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1);
        socket.Says($$$"""{"skip":{"channel":"{{{channel}}}","from":2,"to":4}}""");
        socket.SaysEvents(channel, 5);
        await tab.PassesAsync(channel, 4);

        await tab.ListsAsync(channel, 5, 1);

        // Acks are gathered for a while: whether 1 and 4 leave by themselves is up to the machine.
        long acked;
        while ((acked = (await socket.HearsAsync("ack")).Body.GetProperty("offset").GetInt64()) < 5)
            Assert.Contains(acked, (long[])[1, 4]);

        Assert.Equal(5, acked);
        Assert.DoesNotContain("subscribe", socket.KindsWaiting());
    }

    [ChromiumFact]
    public async Task Tells_what_is_gone_and_why()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1);
        socket.Says($$$"""{"gap":{"channel":"{{{channel}}}","from":2,"to":4,"reason":"retention"}}""");
        socket.SaysEvents(channel, 5);

        await tab.TellsAsync("Offsets 2–4 are gone: retention.");
        await tab.PassesAsync(channel, 4);
        await tab.ListsAsync(channel, 5, 1);
    }

    [ChromiumFact]
    public async Task Applies_an_offset_once()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1, 2, 2, 1, 3);
        await tab.PassesAsync(channel, 2);

        await tab.ListsAsync(channel, 3, 2, 1);
    }

    [ChromiumFact]
    public async Task Asks_again_for_what_is_missing_without_a_word()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1, 5);
        var (id, body) = await socket.HearsAsync("subscribe");
        socket.Says($$"""{"id":{{id}},"subscribed":{{Subscribed(channel, "k1", 1, 5)}}}""");
        socket.SaysEvents(channel, 2, 3, 4, 5);
        await tab.PassesAsync(channel, 4);

        Assert.Equal("""{"epoch":"k1","offset":1}""", body.GetProperty("from").GetRawText());
        await tab.ListsAsync(channel, 5, 4, 3, 2, 1);
    }

    [ChromiumFact]
    public async Task Says_so_when_what_is_missing_does_not_come_and_goes_on()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1, 5);
        var (id, _) = await socket.HearsAsync("subscribe");
        socket.Says($$"""{"id":{{id}},"subscribed":{{Subscribed(channel, "k1", 1, 5)}}}""");
        socket.SaysEvents(channel, 5, 6);

        await tab.TellsAsync("Offsets 2–4 are missing");
        await tab.PassesAsync(channel, 5);
        await tab.ListsAsync(channel, 6, 5, 1);
    }

    [ChromiumFact]
    public async Task Begins_anew_with_a_log_that_began_a_new_life()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.SaysEvents(channel, 1, 2, 3);
        await tab.PassesAsync(channel, 2);
        socket.Says($$"""{"subscribed":{{Subscribed(channel, "k2", 0, 2, "reset")}}}""");
        socket.SaysEvents(channel, 1, 2);

        await tab.TellsAsync("The log has begun a new life (epoch k2)");
        await tab.ListsAsync(channel, 2, 1, 3, 2, 1);
        Assert.Equal(2, await tab.OffsetAsync(channel));
    }

    [ChromiumFact]
    public async Task Comes_back_with_its_session_and_the_newest_key_and_confirms_the_next_one_at_once()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;
        socket.SaysEvents(channel, 1, 2);
        await tab.PassesAsync(channel, 1);

        await socket.ClosesAsync(4000, "the server stops");
        var (id, hello) = await socket.HearsAsync("hello");
        socket.KindsWaiting();
        var others = (await tab.ChannelsAsync()).Where(other => other != channel).Select(other => Subscribed(other, "k1", 0, 0));
        socket.Welcomes(id, "s-1", "key-2", resumed: true, [Subscribed(channel, "k1", 2, 4), .. others]);
        await socket.HearsAsync("ping");
        socket.SaysEvents(channel, 3, 4);
        var replay = await tab.ReplayAsync();

        Assert.Equal("""{"id":"s-1","key":"key-1"}""", hello.GetProperty("session").GetRawText());
        Assert.Equal("""{"epoch":"k1","offset":2}""", From(hello, channel));
        Assert.Equal((2, 0, 0, 0), (replay.Events, replay.Holes, replay.Repeats, replay.Lost));
        Assert.Equal((3, 4), await tab.ReplayedAsync(channel));
    }

    [ChromiumFact]
    public async Task Goes_on_where_it_was_when_its_session_is_gone()
    {
        var (tab, socket, channel) = await OpenAtAsync(offset: 0);
        await using var _ = tab;
        socket.SaysEvents(channel, 1, 2);
        await tab.PassesAsync(channel, 1);

        await socket.ClosesAsync(4100, "overloaded");
        var (id, hello) = await socket.HearsAsync("hello");
        socket.Welcomes(id, "s-2", "key-9", resumed: false, Subscribed(channel, "k1", 2, 3));
        socket.SaysEvents(channel, 3);

        await tab.PassesAsync(channel, 2);
        Assert.Equal("""{"epoch":"k1","offset":2}""", From(hello, channel));
        await tab.TellsAsync("The former session could not be resumed");
        await tab.ListsAsync(channel, 3, 2, 1);
    }

    [ChromiumFact]
    public async Task Stays_away_from_a_session_that_another_tab_took_over_until_it_is_asked_to_open_its_own()
    {
        var (tab, socket, _) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        await socket.ClosesAsync(4404, "taken over");
        await tab.IsAsync("stopped");
        await tab.TellsAsync("This session goes on in another tab");
        Assert.DoesNotContain("hello", socket.KindsWaiting());
        await tab.ClickAsync("#trouble-action");
        var (_, hello) = await socket.HearsAsync("hello");

        Assert.False(hello.TryGetProperty("session", out var session), $"{session}");
    }

    [ChromiumFact]
    public async Task Answers_a_ping()
    {
        var (tab, socket, _) = await OpenAtAsync(offset: 0);
        await using var _ = tab;

        socket.Says("""{"ping":{}}""");

        await socket.HearsAsync("pong");
    }

    [ChromiumFact]
    public async Task Tells_a_person_what_the_server_refused()
    {
        var (tab, socket) = await browser.OpenScriptedTabAsync(files.Server.Address);
        await using var _ = tab;

        var (id, hello) = await socket.HearsAsync("hello");
        var channel = hello.GetProperty("subscribe")[0].GetProperty("channel").GetString();
        socket.Welcomes(id, "s-1", "key-1", resumed: false);
        socket.Says($$$"""{"unsubscribed":{"channel":"{{{channel}}}","code":2001,"reason":"You may not read this channel."}}""");

        await tab.TellsAsync($"{channel}: You may not read this channel. (2001)");
    }

    private static string From(JsonElement hello, string channel) =>
        hello.GetProperty("subscribe").EnumerateArray().Single(subscribe => subscribe.GetProperty("channel").GetString() == channel).GetProperty("from").GetRawText();

    /// <summary>A page that is live and follows its first channel from this offset on, all others at an end that does not move.</summary>
    private async Task<(Tab Tab, ScriptedSocket Socket, string Channel)> OpenAtAsync(long offset)
    {
        var (tab, socket) = await browser.OpenScriptedTabAsync(files.Server.Address);
        var (id, body) = await socket.HearsAsync("hello");
        var channels = body.GetProperty("subscribe").EnumerateArray().Select(subscribe => subscribe.GetProperty("channel").GetString()!).ToArray();
        socket.Welcomes(id, "s-1", "key-1", resumed: false, [.. channels.Select(channel => Subscribed(channel, "k1", offset, offset, "none"))]);
        await tab.IsAsync("live");
        return (tab, socket, channels[0]);
    }

    /// <summary>The server that the page's files come from.</summary>
    public sealed class FilesOfThePage : IAsyncLifetime
    {
        public ServerProcess Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ServerProcess.StartAsync();

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
