using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Edge.LongPolling;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Edge.Tickets;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Relays;

/// <summary>Answers what other nodes pass on to this one, by the same endpoints as what comes from clients.</summary>
internal sealed partial class RelayedRequests(
    HttpConnections connections,
    UpEndpoint ups,
    TicketStore tickets,
    IServiceProvider services,
    ILogger<RelayedRequests> log) : IRelayServer
{
    public void Serve(RelayedRequest request, RelayedAnswer answer)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        var lifetime = new RelayedLifetime(answer);
        var body = new RelayedBody(http.Response, answer);
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        http.Features.Set<IHttpResponseBodyFeature>(body);
        answer.Written = _ => body.Written();
        answer.Abandoned = () =>
        {
            body.Abandon();
            lifetime.Abandon();
        };

        // The relay waits for nobody.
        _ = Task.Run(async () =>
        {
            using (lifetime)
                await ServeAsync(request, answer, http, body);
        });
    }

    public RelayedTicket? UseTicket(string hash, string? stream, bool comesBack)
    {
        var isChannel = ChannelName.TryParse(stream, out var channel, out _);
        return tickets.UseHashed(hash, isChannel ? channel : null, comesBack) is { } ticket ? new RelayedTicket(ticket.Identity, ticket.Session?.Id, ticket.Session?.Key) : null;
    }

    private async Task ServeAsync(RelayedRequest request, RelayedAnswer answer, HttpContext http, RelayedBody body)
    {
        try
        {
            if (await AnswerAsync(request, http))
                await body.CompleteAsync();
            else
                answer.NotHere();
        }
        catch (RefusedException refused)
        {
            await Problem.WriteAsync(http, refused.Refusal);
            await body.CompleteAsync();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it, or it was broken off here.
        }
        catch (Exception fault)
        {
            RequestFailed(log, request.GetType().Name, fault);
            answer.Break();
        }
    }

    /// <returns>False: the connection is not here, or what the client has of it is not known any more.</returns>
    private async Task<bool> AnswerAsync(RelayedRequest request, HttpContext http)
    {
        if (connections.Find(request.Place) is not { } transport)
            return false;

        switch (request)
        {
            case RelayedRequest.Up up:
                await ups.TakeAsync(http, transport, up.Lines);
                return true;
            case RelayedRequest.Stream stream when DownStreams.StartOf(transport, BatchOf(stream.After), stream.HasIdentity) is { } after:
                await SseEndpoint.FollowAsync(http, transport, after);
                return true;
            case RelayedRequest.Poll poll when DownStreams.StartOf(transport, BatchOf(poll.After), poll.HasIdentity) is { } after:
                await PollEndpoint.AnswerAsync(http, transport, after, poll.Wait);
                return true;
            default:
                return false;
        }
    }

    private static BatchId? BatchOf(string text) => BatchId.TryParse(text, out var id) ? id : null;

    [LoggerMessage(EventId = 2002, Level = LogLevel.Error, Message = "A request ({Kind}) that another node has passed on failed")]
    private static partial void RequestFailed(ILogger log, string kind, Exception fault);
}
