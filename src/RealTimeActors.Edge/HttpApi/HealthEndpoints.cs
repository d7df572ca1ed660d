using Microsoft.AspNetCore.Http;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: traffic may come here.</summary>
internal sealed class HealthEndpoints(IEngine engine)
{
    internal static Task HealthAsync(HttpContext http) => SayAsync(http, "{\"status\":\"alive\"}");

    internal Task ReadinessAsync(HttpContext http) => engine.NotReady is { } reason
        ? Problem.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, ErrorCode.Overloaded, $"Not ready: {reason}.")
        : SayAsync(http, "{\"status\":\"ready\"}");

    private static Task SayAsync(HttpContext http, string json)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }
}
