using System.Net;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>A stream of events as its reader sees it (WHATWG HTML, 9.2), read by hand.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventStream(HttpClient http, HttpResponseMessage response, Stream body)
    {
        _http = http;
        _response = response;
        _lines = new StreamReader(body);
    }

    internal HttpResponseMessage Response => _response;

    internal static async Task<EventStream> OpenAsync(Uri server, string path, string? session = null, string? lastEventId = null, string? token = null, Version? version = null)
    {
        var http = new HttpClient { BaseAddress = server, Timeout = Patience.Limit };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (version is not null)
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);

        Add("Realtime-Session", session);
        Add("Last-Event-ID", lastEventId);
        Add("Authorization", token is null ? null : $"Bearer {token}");
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventStream(http, response, await response.Content.ReadAsStreamAsync());

        void Add(string name, string? value)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>The next block, comments included; null: the stream has ended.</summary>
    internal async Task<Block?> NextAsync()
    {
        Assert.Equal(HttpStatusCode.OK, _response.StatusCode);
        var lines = new List<string>();
        while (await _lines.ReadLineAsync().WaitAsync(Patience.Limit) is { } line)
        {
            if (line.Length > 0)
                lines.Add(line);
            else if (lines.Count > 0)
                return new Block(lines);
        }

        return null;
    }

    /// <summary>The next event; null: the stream has ended.</summary>
    internal async Task<Block?> NextEventAsync()
    {
        while (await NextAsync() is { } block)
        {
            if (block.Data.Count > 0)
                return block;
        }

        return null;
    }

    /// <summary>All of an answer that is no stream.</summary>
    internal Task<string> TextAsync() => _lines.ReadToEndAsync().WaitAsync(Patience.Limit);

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
        _http.Dispose();
    }

    /// <summary>Lines up to an empty one.</summary>
    internal sealed record Block(IReadOnlyList<string> Lines)
    {
        internal string? Id => Field("id");

        internal string? Event => Field("event");

        internal IReadOnlyList<string> Data => [.. Lines.Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];

        private string? Field(string name) => Lines.FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))?[(name.Length + 2)..];
    }
}
