using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tickets;

/// <summary>Takes the place of authentication where a request shows a ticket: its identity, and its session where it was made for one, are the request's.</summary>
internal sealed class TicketMiddleware(RequestDelegate next, TicketStore tickets, IEngine engine, EdgeOptions options)
{
    internal const string Parameter = "ticket";

    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TicketMayAuthenticate>() is null || QueryText.One(http.Request, Parameter) is not { } text ? next(http) : AdmitAsync(http, text);

    private async Task AdmitAsync(HttpContext http, string text)
    {
        var isStream = ChannelName.TryParse(http.GetRouteValue("channel") as string, out var channel, out _);
        var comesBack = http.Request.Headers["Last-Event-ID"].Count > 0 || QueryText.One(http.Request, "lastEventId") is not null;
        var isOurs = engine.Relays?.HomeOf(text) is null or RelayHome.Here;
        (Identity Identity, SessionCredentials? Session)? admits = isOurs ? tickets.Use(text, isStream ? channel : null, comesBack) is { } ticket ? (ticket.Identity, ticket.Session) : null
            : await AskAsync(http, text, isStream ? channel.Value : null, comesBack);
        if (admits is not { } admitted)
        {
            await Problem.WriteAsync(http, StatusCodes.Status401Unauthorized, ErrorCode.Expired,
                "A ticket that was made within the last half minute and not used before is expected; get a new one (POST /v1/tickets).");
            return;
        }

        http.Features.Set(admitted.Identity);
        if (admitted.Session is { } session)
            http.Features.Set(session);

        await next(http);
    }

    /// <summary>Has the ticket used by the node that made it.</summary>
    private async Task<(Identity, SessionCredentials?)?> AskAsync(HttpContext http, string text, string? stream, bool comesBack)
    {
        if (engine.Relays is not { } relays || relays.HomeOf(text) is not RelayHome.There there)
            throw Unreachable();

        var shown = new ShownTicket();
        relays.UseTicket(there, TicketStore.HashOf(text), stream, comesBack, shown);
        try
        {
            return await shown.Answer.WaitAsync(options.RequestTimeout, http.RequestAborted) is { } ticket
                ? (ticket.Identity, ticket is { SessionId: { } id, SessionKey: { } key } ? new SessionCredentials(id, key) : null)
                : null;
        }
        catch (TimeoutException)
        {
            throw Unreachable();
        }
    }

    private static RefusedException Unreachable() => new(new Refusal(
        ErrorCode.Overloaded, "The node that made this ticket cannot be reached just now; repeat the request, or get a new one (POST /v1/tickets).", TimeSpan.FromSeconds(1)));
}
