using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace RealTimeActors.Hammer.Links;

/// <summary>Single requests: GET with its ETag, PUT with <c>If-Match</c>.</summary>
internal sealed class HttpLink(Uri server, string channel) : IStateLink
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server };
    private readonly string _path = $"/v1/channels/{channel}/state/{StateLinks.Key}";

    public async Task<Seen> ReadAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, _path), cancellationToken);
        return status switch
        {
            HttpStatusCode.OK => SeenOf(body),
            HttpStatusCode.NotFound => Seen.Nothing,
            _ => throw Unexpected(status, body),
        };
    }

    public async Task<Outcome> CompareAndSetAsync(long version, string value, string mutationId, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, _path) { Content = new StringContent(value, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(version == 0 ? "If-None-Match" : "If-Match", version == 0 ? "*" : string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{mutationId}\"");
        var (status, body) = await SendAsync(request, cancellationToken);
        if (status == HttpStatusCode.PreconditionFailed)
        {
            var current = body.GetProperty("current");
            return new Outcome(true, current.ValueKind == JsonValueKind.Null ? Seen.Nothing : SeenOf(current), 0, false);
        }

        return status is HttpStatusCode.OK or HttpStatusCode.Created && body.GetProperty("result").GetString() == "applied"
            ? new Outcome(false, SeenOf(body), body.GetProperty("offset").GetInt64(), body.TryGetProperty("duplicate", out _))
            : throw Unexpected(status, body);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using (request)
            {
                using var response = await _http.SendAsync(request, cancellationToken);
                using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
                return (response.StatusCode, body.RootElement.Clone());
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException)
        {
            throw new LinkException(broken.Message, broken);
        }
    }

    private static Seen SeenOf(JsonElement body) => Seen.Of(body.GetProperty("version").GetInt64(), body.GetProperty("value"));

    private static Exception Unexpected(HttpStatusCode status, JsonElement body) => status == HttpStatusCode.ServiceUnavailable
        ? new LinkException(body.ToString())
        : new InvalidOperationException($"An answer is expected; {(int)status} came: {body}");
}
