using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.Relays;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary><c>POST /v1/up</c>: frames of a client over plain HTTP, one per line, and the answers to them. A hello first opens a connection; everything else is for one that is here, or on another node.</summary>
internal sealed class UpEndpoint(EdgeOptions options, HttpConnections connections, DownStreams streams, Elsewhere elsewhere)
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(500);
    private static readonly string[] _types = ["application/x-ndjson", "application/jsonl", "application/json", "application/x-www-form-urlencoded", "text/plain"];

    internal async Task HandleAsync(HttpContext http)
    {
        RequireLines(http.Request);
        var credentials = SessionCredentials.Of(http);
        var body = await RequestBody.ReadAsync(http.Request, options.MessageBytesMax, http.RequestAborted);
        var frames = Decode(body);
        if (frames[0] is not ClientFrame.Hello && credentials is not null)
        {
            switch (await elsewhere.AnswerAsync(http, credentials, place => new RelayedRequest.Up(place, body)))
            {
                case null:
                    return;
                case RelayRefusal.Unknown:
                    throw new RefusedException(new Refusal(ErrorCode.Timeout, "The node that has the connection has not answered: this request may have been taken. Say hello, and repeat what has the numbers of a producer.", _soon));
            }
        }

        await TakeAsync(http, Find(http, credentials, frames), frames, body.Length);
    }

    /// <summary>Hands over to a connection of this node what another node has read.</summary>
    internal Task TakeAsync(HttpContext http, HttpTransport transport, ReadOnlyMemory<byte> lines) => TakeAsync(http, Living(transport), Decode(lines), lines.Length);

    private async Task TakeAsync(HttpContext http, HttpTransport transport, List<ClientFrame> frames, int bytes)
    {
        try
        {
            await transport.RoomAsync(options.AnswersWithin, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            throw new RefusedException(ErrorCode.Overloaded, "What this connection sent before is not dealt with yet; nothing of this request was taken. Repeat it.");
        }

        if (transport.Begin(frames, bytes) is not { } up)
        {
            throw new RefusedException(transport.ClosedBy is { } close
                ? DownStreams.Gone(close)
                : new Refusal(ErrorCode.Overloaded, "Too many requests of this connection are under way; nothing of this one was taken. Repeat it when another is answered.", TimeSpan.FromMilliseconds(100)));
        }

        try
        {
            await AnswerAsync(http, up, transport);
        }
        finally
        {
            transport.Finish(up);
        }
    }

    private HttpTransport Find(HttpContext http, SessionCredentials? credentials, List<ClientFrame> frames)
    {
        if (frames[0] is ClientFrame.Hello hello)
        {
            if (hello.SessionId is null && credentials is not null)
                frames[0] = hello with { SessionId = credentials.Id, SessionKey = credentials.Key };

            return streams.Open(http, greetsInStream: false);
        }

        if (credentials is null)
        {
            throw new RefusedException(ErrorCode.BadRequest, frames[0] is ClientFrame.Malformed malformed
                ? malformed.Message
                : $"Whose frames? Either the first one is hello, or the header {SessionCredentials.Header}: <id>; <key> is there.");
        }

        return Living(connections.Find(credentials));
    }

    private static HttpTransport Living(HttpTransport? transport) => transport is { HasEnded: false } ? transport : throw new RefusedException(transport?.ClosedBy is { } close
        ? DownStreams.Gone(close)
        : new Refusal(ErrorCode.Expired, "This session has no connection any more: say hello with its id and key, and it goes on where it was.", StatusCodes.Status410Gone));

    private List<ClientFrame> Decode(ReadOnlyMemory<byte> body)
    {
        var frames = new List<ClientFrame>();
        if (!FrameCodecs.Json.TryDecodeClient(body.Span, options.FrameBytesMax, frames))
            throw new RefusedException(ErrorCode.BadRequest, "Frames in UTF-8 are expected, one JSON object per line; these bytes are not UTF-8.");

        return frames.Count > 0
            ? frames
            : throw new RefusedException(ErrorCode.BadRequest, "A frame is expected, or several, one JSON object per line; there is none.");
    }

    private async Task AnswerAsync(HttpContext http, UpAnswers up, HttpTransport transport)
    {
        DownStreams.Prepare(http.Response, "application/x-ndjson");
        var to = http.Response.BodyWriter;

        // The frames are taken: a client need not wait for their answers to send the next ones.
        await to.FlushAsync(http.RequestAborted);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(options.AnswersWithin);
        var isWriting = false;
        try
        {
            while (await up.Answers.WaitToReadAsync(patience.Token))
            {
                Write(up, to);
                isWriting = true;
                await to.FlushAsync(patience.Token);
                isWriting = false;
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            var open = transport.Finish(up);
            if (isWriting)
            {
                // It does not read: the rest would wait here for as long as it likes.
                http.Abort();
                return;
            }

            Write(up, to);
            foreach (var id in open)
                FrameCodecs.Json.Encode(new ServerFrame.Error(ErrorCode.Timeout, $"There was no answer within {options.AnswersWithin.TotalSeconds:0.#} s; it may have happened.") { Id = id }, to);

            await to.FlushAsync(http.RequestAborted);
        }
    }

    private static void Write(UpAnswers up, PipeWriter to)
    {
        while (up.TryTake(out var frame))
            FrameCodecs.Json.Encode(frame.Id == HttpLine.HelloId ? frame with { Id = 0 } : frame, to);
    }

    /// <summary>Lines of JSON under whatever name tools give them.</summary>
    private static void RequireLines(HttpRequest request)
    {
        ContentTypes.RequireNoCoding(request);
        if (string.IsNullOrEmpty(request.ContentType))
            return;

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !_types.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            throw ContentTypes.Unsupported($"Content-Type: application/x-ndjson is expected; '{request.ContentType}' came.");

        ContentTypes.RequireUtf8(type);
    }
}
