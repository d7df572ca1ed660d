using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.HttpSessions;

/// <summary>A client over plain HTTP, by hand.</summary>
internal sealed class HttpSession(Uri server, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = Patience.Limit };

    /// <summary>The header, with the newest key.</summary>
    internal string Credentials { get; private set; } = "";

    internal string Cursor { get; private set; } = "";

    internal JsonElement Welcome { get; private set; }

    /// <summary>Says hello and takes the welcome.</summary>
    internal async Task<JsonElement> HelloAsync(string hello = "{}", bool asSession = false)
    {
        var (_, lines) = await UpAsync($$"""{"id":1,"hello":{{hello}}}""", asSession ? Credentials : null);
        Take(lines[0]);
        return Welcome;
    }

    internal void Take(JsonElement frame)
    {
        Welcome = frame.GetProperty("welcome");
        var session = Welcome.GetProperty("session");
        Credentials = $"{session.GetProperty("id").GetString()}; {session.GetProperty("key").GetString()}";
        Cursor = "";
    }

    internal Task<(HttpStatusCode Status, List<JsonElement> Lines)> UpAsync(string frames) => UpAsync(frames, Credentials);

    internal async Task<(HttpStatusCode Status, List<JsonElement> Lines)> UpAsync(string frames, string? credentials)
    {
        using var response = await StartUpAsync(frames, credentials);
        return (response.StatusCode, Parse(await response.Content.ReadAsStringAsync()));
    }

    internal Task<HttpResponseMessage> StartUpAsync(string frames, string? credentials)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/up") { Content = new StringContent(frames, Encoding.UTF8, "application/x-ndjson") };
        return SendAsync(request, credentials, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Polls, and moves the cursor on where that is wanted.</summary>
    internal async Task<(HttpStatusCode Status, List<JsonElement> Lines)> PollAsync(int wait = 20, bool moves = true, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/poll?wait={wait}&cursor={Cursor}{query}");
        using var response = await SendAsync(request, Credentials, HttpCompletionOption.ResponseContentRead);
        if (moves && response.Headers.TryGetValues("Realtime-Next", out var next))
            Cursor = next.Single();

        return (response.StatusCode, Parse(await response.Content.ReadAsStringAsync()));
    }

    internal Task<EventStream> StreamAsync(string? lastEventId = null) => EventStream.OpenAsync(server, "/v1/sse", Credentials, lastEventId, token);

    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? credentials, HttpCompletionOption completion)
    {
        if (!string.IsNullOrEmpty(credentials))
            request.Headers.TryAddWithoutValidation("Realtime-Session", credentials);

        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");

        return _http.SendAsync(request, completion);
    }

    private static List<JsonElement> Parse(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
