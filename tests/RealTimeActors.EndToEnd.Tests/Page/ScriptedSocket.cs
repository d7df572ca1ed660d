using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>
/// Speaks to the page in place of the server, frame by frame, for what a real server does only on its worst days: offsets that are missing without a word,
/// logs that begin anew, sessions that are gone. The page's files still come from the real server.
/// </summary>
public sealed class ScriptedSocket
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly Channel<JsonElement> _frames = Channel.CreateUnbounded<JsonElement>();
    private IWebSocketRoute? _socket;

    internal static async Task<ScriptedSocket> InsteadOfTheServersAsync(IBrowserContext context)
    {
        var script = new ScriptedSocket();
        await context.RouteWebSocketAsync("**/v1/ws", script.Accept);
        return script;
    }

    /// <summary>The next frame of this kind, with its id where it has one. Other frames before it are passed over.</summary>
    public async Task<(long Id, JsonElement Body)> HearsAsync(string kind)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            var frame = await _frames.Reader.ReadAsync(patience.Token);
            if (frame.TryGetProperty(kind, out var body))
                return (frame.TryGetProperty("id", out var id) ? id.GetInt64() : 0, body);
        }
    }

    /// <summary>The kinds of the frames that came and were not heard yet.</summary>
    public List<string> KindsWaiting()
    {
        var kinds = new List<string>();
        while (_frames.Reader.TryRead(out var frame))
            kinds.Add(frame.EnumerateObject().Last().Name);

        return kinds;
    }

    /// <summary>Sends frames in one message.</summary>
    public void Says(params string[] frames) => Socket.Send(string.Join('\n', frames));

    public void SaysEvents(string channel, params long[] offsets) => Says([.. offsets.Select(offset => Event(channel, offset))]);

    /// <summary>Answers the hello with a session and subscriptions to these channels.</summary>
    public void Welcomes(long id, string session, string key, bool resumed, params string[] subscribed) => Says(
        $$$"""
        {"id":{{{id}}},"welcome":{"connection":"c-1","session":{"id":"{{{session}}}","key":"{{{key}}}","resumed":{{{(resumed ? "true" : "false")}}}},"node":"n1","time":"2026-11-21T10:00:00.000Z",
        "heartbeatMs":25000,"limits":{"frameBytes":65536,"subscriptions":200},"reconnect":{"minMs":10,"maxMs":50,"factor":1.5,"jitter":1},"subscriptions":[{{{string.Join(',', subscribed)}}}]}}
        """.ReplaceLineEndings(""));

    public Task ClosesAsync(int code, string reason) => Socket.CloseAsync(new WebSocketRouteCloseOptions { Code = code, Reason = reason });

    /// <summary>The body of <c>subscribed</c>.</summary>
    public static string Subscribed(string channel, string epoch, long offset, long head, string recovered = "full") =>
        $$"""{"channel":"{{channel}}","epoch":"{{epoch}}","offset":{{offset}},"head":{{head}},"recovered":"{{recovered}}"}""";

    private IWebSocketRoute Socket => _socket ?? throw new InvalidOperationException("The page is expected to have connected; it has not.");

    private static string Event(string channel, long offset) =>
        $$$"""
        {"event":{"channel":"{{{channel}}}","offset":{{{offset}}},"id":"e{{{offset}}}","type":"machine.cpu","time":"{{{DateTimeOffset.UnixEpoch.AddSeconds(1_795_000_000 + offset):O}}}","priority":"normal",
        "data":{"usedPercent":5,"userPercent":3,"systemPercent":2,"ioWaitPercent":0,"stealPercent":0,"corePercents":[5],"load1":null,"load5":null,"load15":null} } }
        """.ReplaceLineEndings("");

    private void Accept(IWebSocketRoute socket)
    {
        _socket = socket;
        socket.OnMessage(message =>
        {
            foreach (var line in message.Text!.Split('\n'))
                _frames.Writer.TryWrite(JsonSerializer.Deserialize<JsonElement>(line));
        });
    }
}
