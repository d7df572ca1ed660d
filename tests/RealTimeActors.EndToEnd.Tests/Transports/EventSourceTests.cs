using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.EndToEnd.Tests.Page;

namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>A browser's own EventSource, which knows nothing of us.</summary>
public sealed class EventSourceTests(Browser browser) : IClassFixture<Browser>
{
    [ChromiumFact]
    public async Task Goes_on_where_it_was_after_the_server_was_killed()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var tab = await browser.OpenTabAsync(server.Address);
        await tab.AskAsync<bool>("""
            (() => {
                window.got = [];
                window.source = new EventSource('/v1/channels/es.a/stream?from=earliest');
                source.addEventListener('t', event => got.push(JSON.parse(event.data).offset + ':' + event.lastEventId.split('-')[1]));
                for (const type of ['gap', 'reset'])
                    source.addEventListener(type, () => got.push(type));
                return true;
            })()
            """);
        await PublishAsync(server, 50);
        await tab.BecomesTrueAsync("window.got.length === 50");

        for (var life = 1; life <= 3; life++)
        {
            await PublishAsync(server, 25);
            await server.KillAsync();
            await server.RestartAsync();
            await PublishAsync(server, 25);
            await tab.BecomesTrueAsync($"window.got.length >= {50 + (life * 50)}");
        }

        var got = await tab.AskAsync<string[]>("window.got");
        Assert.Equal(Enumerable.Range(1, 200).Select(offset => $"{offset}:{offset}"), got);
    }

    [ChromiumFact]
    public async Task Opens_by_a_ticket_in_its_address()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var tab = await browser.OpenTabAsync(server.Address);
        await tab.AskAsync<bool>("""
            (async () => {
                const { ticket } = await (await fetch('/v1/tickets', { method: 'POST' })).json();
                window.opened = 0;
                window.source = new EventSource('/v1/channels/es.b/stream?ticket=' + ticket);
                source.onopen = () => opened++;
                return true;
            })()
            """);
        await tab.BecomesTrueAsync("window.opened === 1");

        Assert.Equal(1, await tab.AskAsync<int>("window.source.readyState"));
    }

    private static async Task PublishAsync(ServerProcess server, int count)
    {
        var events = string.Join(',', Enumerable.Repeat("""{"type":"t","data":1}""", count));
        using var answer = await server.Http.PostAsync(new Uri("v1/channels/es.a/events", UriKind.Relative), new StringContent($"[{events}]"));
        Assert.Equal(201, (int)answer.StatusCode);
    }
}
