using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Admission;

/// <summary>Turns pages away that may not talk to this server, and lets the allowed ones read what they get (CORS).</summary>
internal sealed class OriginMiddleware(RequestDelegate next, OriginPolicy policy)
{
    public Task InvokeAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        var origin = headers.Origin.ToString();

        if (!policy.AdmitsHost(http.Request.Host.Host))
        {
            return Problem.WriteAsync(http, StatusCodes.Status403Forbidden, ErrorCode.Forbidden,
                $"The host '{http.Request.Host.Host}' is not this machine. Add its origin to realtime.http.origins, or use an address of the machine.");
        }

        if (!policy.AdmitsOrigin(origin, http.Request.Host.Value ?? ""))
        {
            return Problem.WriteAsync(http, StatusCodes.Status403Forbidden, ErrorCode.Forbidden,
                $"The origin '{origin}' may not talk to this server. Add it to realtime.http.origins to allow it.");
        }

        if (origin.Length > 0)
        {
            var answer = http.Response.Headers;
            answer.AccessControlAllowOrigin = origin;
            answer.Append(HeaderNames.Vary, HeaderNames.Origin);
            // What a page may read of an answer besides the harmless headers.
            answer.AccessControlExposeHeaders = "Accept-Patch, ETag, Realtime-Next, Retry-After, WWW-Authenticate";

            if (HttpMethods.IsOptions(http.Request.Method) && headers.AccessControlRequestMethod.Count > 0)
            {
                answer.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
                answer.AccessControlAllowHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Realtime-Session";
                answer.AccessControlMaxAge = "600";
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            }
        }

        return next(http);
    }
}
