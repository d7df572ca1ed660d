using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Relays;

/// <summary>Passes requests for connections of other nodes on to them, and their answers back, so that clients over plain HTTP may send each request to any node.</summary>
/// <remarks>What a request may be at all (its origin, its form, its length) is judged here; whether its key is right, and how much of that connection may be under way, where the connection is.</remarks>
internal sealed class Elsewhere(IEngine engine, HttpConnections connections)
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(500);

    /// <summary>Has the request answered by the node that has its connection.</summary>
    /// <param name="http">The request.</param>
    /// <param name="credentials">What it shows.</param>
    /// <param name="make">Makes of the connection's place what the other node is asked.</param>
    /// <returns>Null: it was answered. Otherwise why not: <see cref="RelayRefusal.NotHere"/> means that it is this node's affair.</returns>
    /// <exception cref="RefusedException">Nothing of it was taken: too much is under way between the nodes, or the other one cannot be reached just now.</exception>
    internal async Task<RelayRefusal?> AnswerAsync(HttpContext http, SessionCredentials credentials, Func<string, RelayedRequest> make)
    {
        if (engine.Relays is not { } relays || connections.Find(credentials) is not null)
            return RelayRefusal.NotHere;

        switch (relays.HomeOf(credentials.Key))
        {
            case RelayHome.There there:
                if (engine.NoClients is not null && engine.WhyNoClients() is { } noClients)
                    throw new RefusedException(noClients);

                return await AnswerAsync(http, relays, there, make(HttpConnections.PlaceOf(credentials)));
            case RelayHome.OutOfReach:
                throw OutOfReach();
            default:
                return RelayRefusal.NotHere;
        }
    }

    private static async Task<RelayRefusal?> AnswerAsync(HttpContext http, HttpRelays relays, RelayHome.There there, RelayedRequest request)
    {
        var passed = new PassedOn(http.Abort);
        relays.Ask(there, request, passed);
        try
        {
            await foreach (var part in passed.Parts.ReadAllAsync(http.RequestAborted))
            {
                if (part.Head is { } head)
                {
                    Begin(http, head, isStream: request is RelayedRequest.Stream);

                    // Where its body is not there yet, its head is what the client waits for.
                    if (!passed.Parts.TryPeek(out _))
                        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);

                    continue;
                }

                await http.Response.BodyWriter.WriteAsync(part.Bytes, http.RequestAborted);
                passed.Wrote();
            }
        }
        finally
        {
            if (!passed.IsOver)
                passed.GiveUp();
        }

        return passed.Refusal switch
        {
            RelayRefusal.Busy => throw new RefusedException(new Refusal(
                ErrorCode.Overloaded, "Too much is on its way between this node and the one that has the connection; nothing of this request was taken. Repeat it.", _soon)),
            RelayRefusal.OutOfReach => throw OutOfReach(),
            var refusal => refusal,
        };
    }

    /// <summary>It may be reached from elsewhere: a load balancer goes on to the next node, and the connection stays what it is.</summary>
    private static RefusedException OutOfReach() =>
        new(new Refusal(ErrorCode.Overloaded, "The node that has the connection cannot be reached from here just now; nothing of this request was taken. Repeat it, or say hello.", _soon));

    private static void Begin(HttpContext http, RelayedHead head, bool isStream)
    {
        http.Response.StatusCode = head.Status;
        foreach (var field in head.Fields)
            http.Response.Headers[field.Name] = field.Value;

        // A stream may be as slow as its reader: the node that has the connection finds out who does not read at all.
        if (isStream && http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
