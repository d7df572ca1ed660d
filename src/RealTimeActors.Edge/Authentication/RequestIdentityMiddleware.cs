using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Stands where <see cref="AuthenticationMiddleware"/> stands when the application around the edge knows its users itself.</summary>
internal sealed class RequestIdentityMiddleware(RequestDelegate next, IRequestIdentity identities)
{
    public Task InvokeAsync(HttpContext http)
    {
        // A ticket has said it already.
        if (http.Features.Get<Identity>() is not null)
            return next(http);

        if (!identities.TryIdentify(http, out var identity, out var reason))
            return Problem.WriteAsync(http, ErrorCode.Unauthenticated, reason);

        http.Features.Set(identity);
        return next(http);
    }
}
