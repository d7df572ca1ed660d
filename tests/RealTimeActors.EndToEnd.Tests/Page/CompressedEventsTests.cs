using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>permessage-deflate with a browser's own implementation of it, which takes nothing that the specification does not allow.</summary>
public sealed class CompressedEventsTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Says hello on a socket of its own, publishes over it once it is welcome, and gives what came: the extension that was agreed on, and the lengths of the texts.</summary>
    private const string Follow = """
        new Promise((resolve, reject) => {
            const socket = new WebSocket(location.origin.replace('http', 'ws') + '/v1/ws', 'realtime.v1.json');
            const texts = ['short', 'x'.repeat(900) + 'ä€😀', JSON.stringify({ row: 'grant', amount: 1.5 }).repeat(600), Array.from({ length: 9000 }, (_, i) => (i * 7919 % 256).toString(36)).join('')];
            const got = [];
            let next = 0;
            const publish = () => socket.send(JSON.stringify({ id: next + 2, publish: { channel: 'compressed', type: 't', data: texts[next++] } }));
            socket.onopen = () => socket.send(JSON.stringify({ id: 1, hello: { subscribe: [{ channel: 'compressed' }] } }));
            socket.onclose = end => reject(new Error(`closed with ${end.code} ${end.reason} after ${got.length}`));
            socket.onmessage = message => {
                for (const line of message.data.split('\n').filter(line => line)) {
                    const frame = JSON.parse(line);
                    if (frame.welcome) publish();
                    if (!frame.event) continue;
                    got.push(frame.event.data === texts[got.length]);
                    if (got.length === texts.length) { socket.onclose = null; resolve(JSON.stringify({ extensions: socket.extensions, got })); socket.close(); }
                    else publish();
                }
            };
        })
        """;

    [ChromiumFact]
    public async Task A_browser_reads_compressed_and_plain_events_of_one_channel_as_they_were_published()
    {
        await using var server = await ServerProcess.StartAsync("realtime.http.websocket.compression=true");
        await using var tab = await browser.OpenTabAsync(new Uri(server.Address, "explorer"));

        var seen = JsonDocument.Parse(await tab.AskAsync<string>(Follow)).RootElement;

        Assert.StartsWith("permessage-deflate", seen.GetProperty("extensions").GetString(), StringComparison.Ordinal);
        Assert.Equal([true, true, true, true], seen.GetProperty("got").EnumerateArray().Select(one => one.GetBoolean()));
    }
}
