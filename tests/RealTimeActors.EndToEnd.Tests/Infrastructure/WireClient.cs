using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>
/// A stranger's client: a WebSocket library and the text of the wire contract, nothing of ours. It keeps no promise by itself: what comes is kept in order
/// until a test takes it. Not for more than one thread.
/// </summary>
internal sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonElement> _frames = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly MemoryStream _message = new();
    private long _lastId;

    private WireClient()
    {
    }

    /// <summary>The welcome that answered the hello.</summary>
    internal JsonElement Welcome { get; private set; }

    /// <summary>The session's id and its newest key, as they are said in the next hello.</summary>
    internal string SessionJson
    {
        get
        {
            var session = Welcome.GetProperty("session");
            return $$"""{"id":"{{session.GetProperty("id").GetString()}}","key":"{{session.GetProperty("key").GetString()}}"}""";
        }
    }

    internal bool IsResumed => Welcome.GetProperty("session").GetProperty("resumed").GetBoolean();

    /// <summary>Frames that came and were not taken.</summary>
    internal IReadOnlyList<JsonElement> Waiting => _frames;

    /// <summary>Opens the socket and says nothing.</summary>
    internal static async Task<WireClient> OpenAsync(ServerProcess server)
    {
        var client = new WireClient();
        client._socket.Options.AddSubProtocol("realtime.v1.json");
        using var patience = new CancellationTokenSource(_patience);
        await client._socket.ConnectAsync(server.WebSocketAddress, patience.Token);
        return client;
    }

    /// <summary>Opens the socket, says hello with this body and takes the welcome. As the contract asks, a ping confirms the new key at once.</summary>
    internal static async Task<WireClient> ConnectAsync(ServerProcess server, string hello = "{}")
    {
        var client = await OpenAsync(server);
        client.Welcome = await client.AskAsync("hello", hello, "welcome");
        await client.AskAsync("ping", "{}", "pong");
        return client;
    }

    /// <summary>Begins a new session, or goes on with this one, subscribed to a channel.</summary>
    internal static Task<WireClient> FollowAsync(ServerProcess server, string channel, string more = "") =>
        ConnectAsync(server, $$"""{"subscribe":[{"channel":"{{channel}}"{{more}}}]}""");

    /// <summary>Comes back as the session of this client.</summary>
    internal static async Task<WireClient> ResumeAsync(ServerProcess server, WireClient former, string more = "")
    {
        var client = await ConnectAsync(server, $$"""{"session":{{former.SessionJson}}{{more}}}""");
        Assert.True(client.IsResumed, $"The session is expected to be resumed; {client.Welcome} came.");
        return client;
    }

    /// <summary>Sends frames in one message.</summary>
    internal async Task SendAsync(params string[] frames)
    {
        using var patience = new CancellationTokenSource(_patience);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(string.Join('\n', frames)), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    internal long NextId() => ++_lastId;

    /// <summary>Sends a frame and takes its answer, whatever it is.</summary>
    internal async Task<JsonElement> AskAsync(string kind, string body)
    {
        var id = NextId();
        await SendAsync($$"""{"id":{{id}},"{{kind}}":{{body}}}""");
        return await TakeFrameAsync(frame => IdOf(frame) == id, $"the answer to {kind} {body}");
    }

    /// <summary>Sends a frame and takes the body of its answer, which is of this kind.</summary>
    internal async Task<JsonElement> AskAsync(string kind, string body, string answer)
    {
        var frame = await AskAsync(kind, body);
        return frame.TryGetProperty(answer, out var expected)
            ? expected
            : throw new InvalidOperationException($"{kind} {body} is expected to be answered by {answer}; {frame} came.");
    }

    internal Task<JsonElement> PublishAsync(string channel, string data, string more = "") =>
        AskAsync("publish", $$"""{"channel":"{{channel}}","type":"t","data":{{data}}{{more}}}""", "receipt");

    /// <summary>Sends publishes of these numbers as data in one message, and takes their receipts.</summary>
    internal async Task PublishRunAsync(string channel, int from, int to, string more = "")
    {
        var first = _lastId + 1;
        await SendAsync([.. Enumerable.Range(from, to - from + 1).Select(
            i => $$$"""{"id":{{{NextId()}}},"publish":{"channel":"{{{channel}}}","type":"t","data":{{{i}}}{{{more}}}}}""")]);
        for (var id = first; id <= _lastId; id++)
        {
            var frame = await TakeFrameAsync(answer => IdOf(answer) == id, "a receipt");
            Assert.True(frame.TryGetProperty("receipt", out _), $"A receipt is expected; {frame} came.");
        }
    }

    /// <summary>Takes the body of the next frame of this kind; those before it stay.</summary>
    internal async Task<JsonElement> TakeAsync(string kind) =>
        (await TakeFrameAsync(frame => frame.TryGetProperty(kind, out _), kind)).GetProperty(kind);

    /// <summary>Takes the next so many events of a channel. Anything else that tells about offsets of the channel in between fails.</summary>
    internal async Task<List<JsonElement>> TakeEventsAsync(int count)
    {
        var events = new List<JsonElement>(count);
        while (events.Count < count)
        {
            var frame = await TakeFrameAsync(
                next => next.TryGetProperty("event", out _) || next.TryGetProperty("gap", out _) || next.TryGetProperty("skip", out _), $"event {events.Count + 1} of {count}");
            Assert.True(frame.TryGetProperty("event", out var body), $"An event is expected; {frame} came.");
            events.Add(body);
        }

        return events;
    }

    /// <summary>Takes the first frame for which this holds; those before it stay.</summary>
    internal async Task<JsonElement> TakeFrameAsync(Func<JsonElement, bool> isWanted, string what)
    {
        var waited = Stopwatch.StartNew();
        for (var i = 0; ; i++)
        {
            while (i >= _frames.Count)
            {
                if (!await ReceiveAsync(what))
                    throw new InvalidOperationException($"{what} is expected; the connection was closed with {(int?)_socket.CloseStatus} '{_socket.CloseStatusDescription}'.\n{Tail()}");
            }

            if (!isWanted(_frames[i]))
            {
                if (waited.Elapsed > _patience)
                    throw new TimeoutException($"{what} is expected within {_patience.TotalSeconds} s; other frames came.\n{Tail()}");

                continue;
            }

            var frame = _frames[i];
            _frames.RemoveAt(i);
            return frame;
        }
    }

    /// <summary>Takes everything that still comes until the connection has ended, in good order or by a kill.</summary>
    internal async Task DrainAsync()
    {
        try
        {
            while (await ReceiveAsync("the end"))
            {
            }
        }
        catch (WebSocketException)
        {
            // That is how a killed server ends it.
        }
    }

    /// <summary>Takes everything until the server closes, and tells how.</summary>
    internal async Task<(int Code, string Reason)> ClosedAsync()
    {
        while (await ReceiveAsync("a close"))
        {
        }

        return ((int)_socket.CloseStatus!, _socket.CloseStatusDescription ?? "");
    }

    /// <summary>Takes the whole list of what came so far.</summary>
    internal List<JsonElement> TakeAll()
    {
        var all = _frames.ToList();
        _frames.Clear();
        return all;
    }

    /// <summary>Leaves without a word, as a client that crashed.</summary>
    internal void Abort() => _socket.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _message.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static long IdOf(JsonElement frame) => frame.TryGetProperty("id", out var id) ? id.GetInt64() : 0;

    /// <summary>Reads one message; false: the connection was closed.</summary>
    private async Task<bool> ReceiveAsync(string what)
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                    return false;

                _message.Write(_buffer, 0, read.Count);
                if (read.EndOfMessage)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{what} is expected within {_patience.TotalSeconds} s; nothing came.\n{Tail()}"));
        }

        foreach (var line in Encoding.UTF8.GetString(_message.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _frames.Add(JsonDocument.Parse(line).RootElement);

        _message.SetLength(0);
        return true;
    }

    private string Tail() => $"{_frames.Count} frames wait, the last are:\n{string.Join('\n', _frames.TakeLast(10))}";
}
