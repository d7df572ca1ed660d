using System.Text;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: traffic may come here.</summary>
internal sealed class HealthEndpoints(IEngine engine)
{
    internal static Task HealthAsync(HttpContext http) => SayAsync(http, "{\"status\":\"alive\"}");

    internal Task ReadinessAsync(HttpContext http) => WhyNotReady(engine) is { } reason
        ? Problem.WriteAsync(http, ErrorCode.Overloaded, $"Not ready: {reason.TrimEnd('.')}.")
        : SayAsync(http, "{\"status\":\"ready\"}");

    /// <summary>What keeps traffic away: the server comes or goes, or what is published cannot be stored.</summary>
    internal static string? WhyNotReady(IEngine engine) => engine.NotReady ?? engine.JournalDown;

    private static Task SayAsync(HttpContext http, string json) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(json));
}
