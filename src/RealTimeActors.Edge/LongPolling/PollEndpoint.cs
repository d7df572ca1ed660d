using System.Globalization;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Edge.Relays;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.LongPolling;

/// <summary><c>GET /v1/poll?wait=&amp;cursor=</c>: what comes down to a session, one batch per request.</summary>
internal sealed class PollEndpoint(EdgeOptions options, DownStreams streams, Elsewhere elsewhere)
{
    private const string Next = "Realtime-Next";
    private static readonly TimeSpan _waitDefault = TimeSpan.FromSeconds(25);

    internal async Task PollAsync(HttpContext http)
    {
        var wait = Wait(http.Request);
        var cursor = DownStreams.AfterOf(http.Request, "cursor");
        var credentials = DownStreams.CredentialsOf(http);
        if (await elsewhere.AnswerAsync(http, credentials, place => new RelayedRequest.Poll(place, $"{cursor}", DownStreams.HasIdentity(http), wait)) is null)
            return;

        var (transport, after) = await streams.FindAsync(http, credentials, cursor);
        await AnswerAsync(http, transport, after, wait);
    }

    /// <summary>Answers with what follows the batch of this number, as soon as it is there.</summary>
    internal static async Task AnswerAsync(HttpContext http, HttpTransport transport, long after, TimeSpan wait)
    {
        var reader = new DownRequest(TransportNames.LongPolling, http.Abort);
        transport.Attach(reader, after);
        await using var gone = http.RequestAborted.Register(() => transport.Detach(reader));
        try
        {
            await WriteAsync(http, transport, await transport.ReadAsync(reader, after, wait), after);
        }
        finally
        {
            transport.Detach(reader);
        }
    }

    private static async Task WriteAsync(HttpContext http, HttpTransport transport, DownRead read, long after)
    {
        var response = http.Response;
        switch (read)
        {
            case DownRead.Frames { Batch: var batch }:
                DownStreams.Prepare(response, "application/x-ndjson");
                response.Headers[Next] = transport.IdOf(batch.Number).ToString();
                response.ContentLength = batch.Lines.Length;
                await response.Body.WriteAsync(batch.Lines, http.RequestAborted);
                break;
            case DownRead.Nothing:
                response.StatusCode = StatusCodes.Status204NoContent;
                response.Headers.CacheControl = "no-store";
                response.Headers[Next] = transport.IdOf(after).ToString();
                break;
            case DownRead.Ended when transport.ClosedBy is { } close:
                throw new RefusedException(DownStreams.Gone(close));
            default:
                throw new RefusedException(ErrorCode.Conflict, "Another request fetches what comes down to this session now; one at a time is expected.");
        }
    }

    private TimeSpan Wait(HttpRequest request)
    {
        if (QueryText.One(request, "wait") is not { } text)
            return _waitDefault < options.PollWaitMax ? _waitDefault : options.PollWaitMax;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= options.PollWaitMax.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new RefusedException(ErrorCode.BadRequest, $"wait is expected to be 0 to {options.PollWaitMax.TotalSeconds:0} (seconds); '{text}' came.");
    }
}
