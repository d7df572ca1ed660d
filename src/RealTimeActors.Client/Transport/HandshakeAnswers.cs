using System.Buffers;
using System.Net;
using System.Text.Json;

namespace RealTimeActors.Client.Transport;

/// <summary>Makes the handshakes of WebSockets, and reads what a server says that refuses one (RFC 9457): the socket itself tells no more than the status.</summary>
internal sealed class HandshakeAnswers : DelegatingHandler
{
    private const int WordsBytesMax = 8 * 1024;

    /// <summary>For all sockets of the process; each handshake has a connection of its own.</summary>
    internal static readonly HttpMessageInvoker Invoker = new(new HandshakeAnswers());

    private HandshakeAnswers()
        : base(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseCookies = false })
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
            return answer;

        using (answer)
        {
            var words = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await WordsOfAsync(answer.Content, cancellationToken) : null;
            throw new HandshakeRefusedException(words ?? $"The server was expected to change over to WebSocket; it answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
        }
    }

    /// <summary>null: it says nothing that can be read.</summary>
    private static async Task<string?> WordsOfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WordsBytesMax);
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, WordsBytesMax), WordsBytesMax, throwOnEndOfStream: false, cancellationToken);
            using var problem = JsonDocument.Parse(buffer.AsMemory(0, length));
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or IOException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
