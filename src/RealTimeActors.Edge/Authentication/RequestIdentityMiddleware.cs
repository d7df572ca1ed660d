using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Authentication;

/// <summary>Stands where <see cref="AuthenticationMiddleware"/> stands when the application around the edge knows its users itself.</summary>
internal sealed class RequestIdentityMiddleware(RequestDelegate next, IRequestIdentity identities)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!identities.TryIdentify(http, out var identity, out var reason))
            return Problem.WriteAsync(http, ErrorCode.Unauthenticated, reason);

        http.Features.Set(identity);
        return next(http);
    }
}
