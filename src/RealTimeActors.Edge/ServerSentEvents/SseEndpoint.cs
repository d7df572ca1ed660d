using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Edge.Relays;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;

namespace RealTimeActors.Edge.ServerSentEvents;

/// <summary><c>GET /v1/sse</c>: what comes down to a session, as a stream of events. Each event is a batch of frames, one per <c>data:</c> line; its <c>id:</c> says where to go on.</summary>
internal sealed class SseEndpoint(DownStreams streams, Elsewhere elsewhere)
{
    internal async Task StreamAsync(HttpContext http)
    {
        EventStreamText.RequireAccepted(http.Request);
        var lastId = DownStreams.AfterOf(http.Request, "lastEventId");
        var credentials = DownStreams.CredentialsOf(http);
        if (await elsewhere.AnswerAsync(http, credentials, place => new RelayedRequest.Stream(place, $"{lastId}", DownStreams.HasIdentity(http))) is null)
            return;

        var (transport, after) = await streams.FindAsync(http, credentials, lastId);
        await FollowAsync(http, transport, after);
    }

    /// <summary>Streams what follows the batch of this number.</summary>
    internal static async Task FollowAsync(HttpContext http, HttpTransport transport, long after)
    {
        var reader = new DownRequest(TransportNames.ServerSentEvents, http.Abort);
        transport.Attach(reader, after);
        await using var gone = http.RequestAborted.Register(() => transport.Detach(reader));
        try
        {
            EventStreamText.Begin(http);
            await WriteAsync(http.Response.BodyWriter, transport, reader, after);
        }
        finally
        {
            transport.Detach(reader);
        }
    }

    private static async Task WriteAsync(PipeWriter to, HttpTransport transport, DownRequest reader, long after)
    {
        // At once, so that the client sees that nothing between gathers what comes.
        to.Put(":\n\n"u8);
        await to.FlushAsync();
        while (true)
        {
            switch (await transport.ReadAsync(reader, after))
            {
                case DownRead.Frames { Batch: var batch }:
                    after = batch.Number;
                    BatchText.Write(transport.IdOf(after), batch.Lines.Span, to);
                    break;
                case DownRead.Nothing:
                    to.Put(":\n\n"u8);
                    break;
                default:
                    return;
            }

            transport.Writes(reader, begins: true);
            var flushed = await to.FlushAsync();
            transport.Writes(reader, begins: false);
            if (flushed.IsCompleted)
                return;
        }
    }
}
