using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tickets;

/// <summary>Takes the place of authentication where a request shows a ticket: its identity, and its session where it was made for one, are the request's.</summary>
internal sealed class TicketMiddleware(RequestDelegate next, TicketStore tickets)
{
    internal const string Parameter = "ticket";

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<TicketMayAuthenticate>() is null || QueryText.One(http.Request, Parameter) is not { } text)
            return next(http);

        var isStream = ChannelName.TryParse(http.GetRouteValue("channel") as string, out var channel, out _);
        var comesBack = http.Request.Headers["Last-Event-ID"].Count > 0 || QueryText.One(http.Request, "lastEventId") is not null;
        if (tickets.Use(text, isStream ? channel : null, comesBack) is not { } ticket)
        {
            return Problem.WriteAsync(http, StatusCodes.Status401Unauthorized, ErrorCode.Expired,
                "A ticket that was made within the last half minute and not used before is expected; get a new one (POST /v1/tickets).");
        }

        http.Features.Set(ticket.Identity);
        if (ticket.Session is { } session)
            http.Features.Set(session);

        return next(http);
    }
}
