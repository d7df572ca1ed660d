using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>
/// A stranger's client that follows one channel with one session over whatever carrier it is told, with nothing of ours: it keeps the session's newest key, applies an offset once, acks what it has
/// applied, and goes on where it was after whatever went wrong.
/// </summary>
internal sealed class Traveller : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly int _port;
    private readonly string _channel;
    private readonly HttpClient _http;
    private readonly HashSet<long> _seen = [];
    private string? _id;
    private string? _key;
    private string _last = "";
    private bool _isConnectedOverHttp;

    /// <param name="port">Where the server is.</param>
    /// <param name="channel">What is followed.</param>
    /// <param name="others">Further nodes of it: then requests over plain HTTP go to one after the other.</param>
    internal Traveller(int port, string channel, params int[] others)
    {
        _port = port;
        _channel = channel;
        _http = new HttpClient(new InTurn([port, .. others])) { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>How often it said hello.</summary>
    internal int Hellos { get; private set; }

    /// <summary>Answers of another kind than were hoped for.</summary>
    internal List<HttpStatusCode> Refusals { get; } = [];

    /// <summary>What the application was given, in order.</summary>
    internal List<long> Applied { get; } = [];

    /// <summary>What came although it had been applied already, and was not given to the application.</summary>
    internal int Repeats { get; private set; }

    /// <summary>Goes on over this carrier until the condition holds, or the connection breaks.</summary>
    internal async Task TravelAsync(Carrier carrier, Func<bool> isThere)
    {
        using var impatience = new CancellationTokenSource(_patience);
        try
        {
            await (carrier switch
            {
                Carrier.WebSocket => OverWebSocketAsync(isThere, impatience.Token),
                Carrier.Stream => OverStreamAsync(isThere, impatience.Token),
                _ => OverPollsAsync(isThere, impatience.Token),
            });
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or WebSocketException or JsonException)
        {
            // That is what the tests are about. (JsonException: a line of an answer that was cut.)
        }
    }

    /// <summary>The next carrier begins with a hello of its own.</summary>
    internal void Leave() => _isConnectedOverHttp = false;

    public void Dispose() => _http.Dispose();

    private string Hello => _id is null
        ? $$$"""{"id":1,"hello":{"subscribe":[{"channel":"{{{_channel}}}","from":"earliest"}]}}"""
        : $$$$"""{"id":1,"hello":{"session":{"id":"{{{{_id}}}}","key":"{{{{_key}}}}"}}}""";

    private async Task OverWebSocketAsync(Func<bool> isThere, CancellationToken impatience)
    {
        Leave();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_port}/v1/ws"), impatience);
        await SendAsync(Hello);
        var buffer = new byte[65_536];
        using var message = new MemoryStream();
        while (!isThere())
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), impatience);
            if (read.MessageType == WebSocketMessageType.Close)
                return;

            message.Write(buffer, 0, read.Count);
            if (!read.EndOfMessage)
                continue;

            var hadKey = _key;
            Take(Encoding.UTF8.GetString(message.ToArray()).Split('\n'));
            message.SetLength(0);
            await SendAsync(hadKey == _key ? Ack : """{"ping":{}}""");
        }

        Task SendAsync(string frame) => socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, impatience);
    }

    private async Task OverStreamAsync(Func<bool> isThere, CancellationToken impatience)
    {
        await ConnectAsync(impatience);
        using var request = Request("v1/sse");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", _last);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, impatience);
        if (!IsTaken(response))
            return;

        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(impatience));
        var (id, data) = ("", new List<string>());
        while (!isThere() && await lines.ReadLineAsync(impatience) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Add(line[6..]);

            if (line.Length > 0 || data.Count == 0)
                continue;

            // Only what ended with an empty line has come.
            Take(data);
            _last = id;
            data.Clear();
            await AckAsync(impatience);
        }
    }

    private async Task OverPollsAsync(Func<bool> isThere, CancellationToken impatience)
    {
        await ConnectAsync(impatience);
        while (!isThere())
        {
            using var request = Request($"v1/poll?wait=5&cursor={_last}");
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, impatience);
            if (response.StatusCode == HttpStatusCode.Conflict)
                return;

            if (!IsTaken(response))
                return;

            Take((await response.Content.ReadAsStringAsync(impatience)).Split('\n'));
            _last = response.Headers.GetValues("Realtime-Next").Single();
            await AckAsync(impatience);
        }
    }

    private async Task ConnectAsync(CancellationToken impatience)
    {
        if (_isConnectedOverHttp)
            return;

        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/up") { Content = new StringContent(Hello) };
        using var response = await _http.SendAsync(request, impatience);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Hellos++;
        Take((await response.Content.ReadAsStringAsync(impatience)).Split('\n'));
        _isConnectedOverHttp = true;
        _last = "";
        await PostAsync("""{"ping":{}}""", impatience);
    }

    /// <summary>Whether the stream is there; where it is not, the next try begins with a hello.</summary>
    private bool IsTaken(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return true;

        Refusals.Add(response.StatusCode);
        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Gone, HttpStatusCode.ServiceUnavailable });
        _isConnectedOverHttp = false;
        return false;
    }

    private Task AckAsync(CancellationToken impatience) => PostAsync(Ack, impatience);

    private async Task PostAsync(string frames, CancellationToken impatience)
    {
        using var request = Request("v1/up");
        (request.Method, request.Content) = (HttpMethod.Post, new StringContent(frames));
        using var response = await _http.SendAsync(request, impatience);
        if (!response.IsSuccessStatusCode)
            Refusals.Add(response.StatusCode);

        if (response.StatusCode == HttpStatusCode.Gone)
            _isConnectedOverHttp = false;
    }

    private HttpRequestMessage Request(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Realtime-Session", $"{_id}; {_key}");
        return request;
    }

    private string Ack => $$$"""{"ack":{"channel":"{{{_channel}}}","offset":{{{Prefix}}}}}""";

    private long Prefix { get; set; }

    private void Take(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            var frame = JsonDocument.Parse(line).RootElement;
            if (frame.TryGetProperty("welcome", out var welcome))
            {
                var session = welcome.GetProperty("session");
                Assert.True(_id is null || session.GetProperty("resumed").GetBoolean(), $"The session is expected to be resumed; {welcome} came.");
                (_id, _key) = (session.GetProperty("id").GetString(), session.GetProperty("key").GetString());
            }
            else if (frame.TryGetProperty("event", out var e))
            {
                Apply(e.GetProperty("offset").GetInt64());
            }

            Assert.False(frame.TryGetProperty("gap", out _), $"Nothing is expected to be lost; {frame} came.");
            Assert.False(frame.TryGetProperty("subscribed", out var subscribed) && subscribed.GetProperty("recovered").GetString() is "gap" or "reset", $"Nothing is expected to be lost; {frame} came.");
        }
    }

    private void Apply(long offset)
    {
        if (!_seen.Add(offset))
        {
            Repeats++;
            return;
        }

        Applied.Add(offset);
        while (_seen.Contains(Prefix + 1))
            Prefix++;
    }
}
