using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>Finds the connection whose stream a request wants; where there is none here, resumes the session from its cursors, as a hello would.</summary>
internal sealed class DownStreams(IEngine engine, EdgeOptions options, HttpConnections connections)
{
    /// <returns>The connection, and the number of the batch after which the stream begins.</returns>
    /// <exception cref="RefusedException">There is none to be had.</exception>
    internal async Task<(HttpTransport Transport, long After)> FindAsync(HttpContext http, SessionCredentials credentials, BatchId? after) =>
        connections.Find(credentials) is { } found && StartOf(found, after, HasIdentity(http)) is { } start ? (found, start) : (await ResumeAsync(http, credentials), 0);

    /// <summary>The number of the batch after which the stream begins for who has this one; null: what he has is not known any more.</summary>
    /// <exception cref="RefusedException">Coming again is of no use.</exception>
    internal static long? StartOf(HttpTransport transport, BatchId? after, bool hasIdentity) => transport.StartOf(after, hasIdentity) switch
    {
        DownStart.After start => start.Number,
        DownStart.Over over => throw new RefusedException(Gone(over.By)),
        _ => null,
    };

    /// <summary>Whose stream is wanted.</summary>
    /// <exception cref="RefusedException">The request does not say.</exception>
    internal static SessionCredentials CredentialsOf(HttpContext http) => SessionCredentials.Of(http) ?? throw new RefusedException(
        ErrorCode.BadRequest, $"Whose stream? The header {SessionCredentials.Header}: <id>; <key> is expected, or a ticket that was made with it.");

    /// <summary>Whether the request says itself whose it is.</summary>
    internal static bool HasIdentity(HttpContext http) => IdentityOf(http) is not null;

    /// <summary>What a request says that it has: by header, or as <paramref name="parameter"/> of the address for clients that cannot set one; null: nothing yet.</summary>
    /// <exception cref="RefusedException">It is nothing that this server has given.</exception>
    internal static BatchId? AfterOf(HttpRequest request, string parameter)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = QueryText.One(request, parameter) ?? "";

        if (text.Length == 0)
            return null;

        return BatchId.TryParse(text, out var id)
            ? id
            : throw new RefusedException(ErrorCode.BadRequest, $"Last-Event-ID or {parameter} is expected to be what this server gave for one; leave it out to begin anew.");
    }

    /// <summary>What is said of a connection that is no more.</summary>
    internal static Refusal Gone(ServerFrame.Close close) => new(ErrorCode.Expired, $"The connection was closed with {close.Code}: {close.Reason}.", StatusCodes.Status410Gone)
    {
        CloseCode = close.Code,
    };

    /// <summary>For requests that end as answers that nobody may keep, and that nothing between may gather.</summary>
    internal static void Prepare(HttpResponse response, string contentType)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    internal static string RemoteOf(HttpContext http) => $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}";

    /// <summary>Opens a connection for a client, if there is room.</summary>
    /// <exception cref="RefusedException">There is not.</exception>
    internal HttpTransport Open(HttpContext http, bool greetsInStream)
    {
        if (engine.WhyNoClients() is { } refusal)
            throw new RefusedException(refusal);

        return connections.Open(RemoteOf(http), IdentityOf(http), greetsInStream) ?? throw new RefusedException(options.TooMany());
    }

    private async Task<HttpTransport> ResumeAsync(HttpContext http, SessionCredentials credentials)
    {
        var transport = Open(http, greetsInStream: true);
        var hello = new ClientFrame.Hello { SessionId = credentials.Id, SessionKey = credentials.Key };
        if (transport.Begin([hello], 0) is { } up)
            transport.Finish(up);

        ServerFrame greeting;
        try
        {
            greeting = await transport.Greeting.WaitAsync(options.AnswersWithin, http.RequestAborted);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            transport.Abandon();
            throw new RefusedException(ErrorCode.Timeout, $"The session was not found within {options.AnswersWithin.TotalSeconds:0.#} s; repeat the request.");
        }

        switch (greeting)
        {
            case ServerFrame.Welcome { Session.Resumed: true }:
                return transport;
            case ServerFrame.Welcome:
                transport.GiveUp();
                throw new RefusedException(ErrorCode.Unauthenticated, "There is no such session, or it has another key, or its time is over: say hello (POST /v1/up) for a new one.");
            case ServerFrame.Close close:
                throw new RefusedException(RefusalOf(close));
            default:
                throw new InvalidOperationException($"A hello is answered by welcome or close, not by {greeting.GetType().Name}.");
        }
    }

    private static Refusal RefusalOf(ServerFrame.Close close) => close.Code switch
    {
        CloseCode.TokenExpired => new Refusal(ErrorCode.Expired, Sentence(close), StatusCodes.Status401Unauthorized) { CloseCode = close.Code },
        >= 4300 and < 4400 => new Refusal(ErrorCode.Unauthenticated, Sentence(close)) { CloseCode = close.Code },
        >= 4000 and < 4300 => new Refusal(ErrorCode.Overloaded, Sentence(close), TimeSpan.FromMilliseconds(Math.Max(100, close.AfterMs))) { CloseCode = close.Code },
        _ => Gone(close),
    };

    private static string Sentence(ServerFrame.Close close) => $"The session could not be resumed: {close.Reason} ({close.Code}).";

    private static Identity? IdentityOf(HttpContext http) => http.Features.Get<Identity>();
}
