using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Tickets;

/// <summary><c>POST /v1/tickets</c>: admission for a client that cannot set headers (<c>EventSource</c>, a browser's WebSocket), instead of a token in an address.</summary>
internal sealed class TicketEndpoint(IEngine engine, EdgeOptions options, TicketStore tickets, TimeProvider time)
{
    internal Task MakeAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);

        // It would be good here alone, where its client cannot connect.
        if (engine.WhyNoClients() is { } refusal)
            throw new RefusedException(refusal);

        var identity = HttpAccess.IdentityOf(http);
        var ticket = tickets.Make(identity, SessionCredentials.Of(http)) ?? throw new RefusedException(
            new Refusal(ErrorCode.Overloaded, $"The server holds {options.TicketsMax} tickets already.", TimeSpan.FromSeconds(5)));
        var expires = (time.GetUtcNow() + options.TicketWithin).ToUnixTimeMilliseconds();
        return JsonAnswer.WriteAsync(http, StatusCodes.Status201Created, json =>
        {
            json.WriteStartObject();
            json.WriteString("ticket", ticket);
            json.WriteString("expires", JsonAnswer.Time(expires));
            json.WriteEndObject();
        });
    }
}
