using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Finds out who a request comes from, before anything is done for it. Behind it <see cref="HttpAccess"/> knows the identity.</summary>
/// <remarks>Only an endpoint with <see cref="HelloMayAuthenticate"/> (those of sessions) may be asked without a token: its client can say it in its hello, or shows its session's key.</remarks>
internal sealed class AuthenticationMiddleware(RequestDelegate next, IEngine engine, EdgeOptions options)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        // A ticket has said it already.
        if (http.Features.Get<Identity>() is not null)
        {
            await next(http);
            return;
        }

        if (engine.RequestAuthenticator is not { } authenticator)
        {
            http.Features.Set(Identity.Everybody);
            await next(http);
            return;
        }

        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0 && http.GetEndpoint()?.Metadata.GetMetadata<HelloMayAuthenticate>() is not null)
        {
            await next(http);
            return;
        }

        if (!TryToken(header, out var token))
        {
            // RFC 6750, 3: who sent no token at all is told the scheme and nothing else.
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problem.WriteAsync(http, ErrorCode.Unauthenticated, "A token is expected: send the header Authorization: Bearer <JWT>.");
            return;
        }

        var reply = await PendingAuthentication.AskAsync(replyTo => authenticator.Authenticate(token, null, replyTo), options.RequestTimeout, http.RequestAborted);
        switch (reply)
        {
            case AuthenticationReply.Accepted accepted:
                http.Features.Set(accepted.Identity);
                await next(http);
                break;
            case AuthenticationReply.Rejected rejected:
                await RefuseAsync(http, rejected);
                break;
            case AuthenticationReply.Unavailable unavailable:
                await Problem.WriteAsync(http, ErrorCode.Overloaded, unavailable.Reason, TimeSpan.FromSeconds(1));
                break;
        }
    }

    /// <summary>Reads the header; false: it has no token.</summary>
    internal static bool TryToken(string header, out string token)
    {
        var isToken = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length;
        token = isToken ? header[Scheme.Length..].Trim() : "";
        return isToken;
    }

    private static Task RefuseAsync(HttpContext http, AuthenticationReply.Rejected rejected)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Problem.WriteAsync(
            http, StatusCodes.Status401Unauthorized, rejected.IsExpired ? ErrorCode.Expired : ErrorCode.Unauthenticated, rejected.Reason);
    }
}
