using System.Text;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: traffic may come here.</summary>
internal sealed class HealthEndpoints(IEngine engine)
{
    internal static Task HealthAsync(HttpContext http) => SayAsync(http, "{\"status\":\"alive\"}");

    // Asks nobody who he is: says what is wrong, and not where the store is.
    internal Task ReadinessAsync(HttpContext http) => (engine.NotReady ?? engine.JournalDown?.Told) is { } reason
        ? Problem.WriteAsync(http, ErrorCode.Overloaded, $"Not ready: {reason.TrimEnd('.')}.")
        : SayAsync(http, "{\"status\":\"ready\"}");

    private static Task SayAsync(HttpContext http, string json) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(json));
}
