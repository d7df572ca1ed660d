using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>Publishes by POST with an idempotency key, and asks the next node when one gives no answer or says that it cannot.</summary>
internal sealed class HttpPublisher : LoadPublisher
{
    private static readonly TimeSpan _attempt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient[] _nodes;
    private int _at;

    internal HttpPublisher(string name, string channel, TimeSpan every, Judgement judgement, IEnumerable<Uri> nodes, string token)
        : base(name, channel, every, judgement)
    {
        _nodes = [.. nodes.Select(node => new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = _attempt }) { BaseAddress = node, Timeout = _attempt })];
        foreach (var node in _nodes)
            node.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            node.Dispose();

        await base.DisposeAsync();
    }

    protected override async Task<Acknowledged?> PublishAsync(int number, byte[] data)
    {
        using var pace = new PeriodicTimer(_betweenAttempts);
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            if (await TryAsync(number, data) is { } receipt)
            {
                Succeeded(began);
                return receipt;
            }

            _at = (_at + 1) % _nodes.Length;
            await pace.WaitForNextTickAsync();
        }
    }

    private async Task<Acknowledged?> TryAsync(int number, byte[] data)
    {
        var node = _nodes[_at];
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/channels/{Channel}/events", UriKind.Relative))
            {
                Content = new ByteArrayContent([.. "{\"type\":\"numbered\",\"data\":"u8, .. data, (byte)'}']) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{Name}-{number}\"");
            using var answer = await node.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
            {
                Refused($"{node.BaseAddress}: {(int)answer.StatusCode} {body}");
                if (answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) && (int)answer.StatusCode < 500)
                    Judgement.Problem($"{Name}#{number} was refused for good: {(int)answer.StatusCode} {body}");
                return null;
            }

            var receipt = JsonDocument.Parse(body).RootElement;
            if (receipt.GetProperty("status").GetString() == "persisted")
                return new Acknowledged(number, receipt.GetProperty("epoch").GetString()!, receipt.GetProperty("offset").GetInt64(), receipt.GetProperty("hash").GetString()!);

            Refused($"{node.BaseAddress}: {body}");
            return null;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException)
        {
            Refused($"{node.BaseAddress}: {lost.Message}");
            return null;
        }
    }
}
