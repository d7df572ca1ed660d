using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Stands where <see cref="AuthenticationMiddleware"/> stands when the application around the edge knows its users itself. Who was put out here is refused all the same.</summary>
internal sealed class RequestIdentityMiddleware(RequestDelegate next, IRequestIdentity identities, IEngine engine, EdgeOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // A ticket has said it already.
        if (http.Features.Get<Identity>() is not null)
        {
            await next(http);
            return;
        }

        if (!identities.TryIdentify(http, out var identity, out var reason))
        {
            await Problem.WriteAsync(http, ErrorCode.Unauthenticated, reason);
            return;
        }

        switch (await JudgeAsync(http, identity))
        {
            case AuthenticationReply.Rejected rejected:
                await Problem.WriteAsync(http, ErrorCode.Unauthenticated, rejected.Reason);
                break;
            case AuthenticationReply.Unavailable unavailable:
                await Problem.WriteAsync(http, ErrorCode.Overloaded, unavailable.Reason, TimeSpan.FromSeconds(1));
                break;
            default:
                http.Features.Set(identity);
                await next(http);
                break;
        }
    }

    /// <summary>A session's connection asks itself when it begins, and tells its client by a close code of what a browser would not see in an answer to its handshake.</summary>
    private async Task<AuthenticationReply> JudgeAsync(HttpContext http, Identity identity)
    {
        var accepted = new AuthenticationReply.Accepted(null, identity);
        return identity.User is null || http.GetEndpoint()?.Metadata.GetMetadata<HelloMayAuthenticate>() is not null
            ? accepted
            : await PendingAuthentication.AskAsync(replyTo => engine.RequestJudge.Tell(new UserCommand.Judge(accepted, replyTo)), options.RequestTimeout, http.RequestAborted);
    }
}
