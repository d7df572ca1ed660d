using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.Metrics;
using RealTimeActors.Edge.WebSockets;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge;

/// <summary>Puts the addresses of the contract on an application.</summary>
public static class EdgeApplication
{
    /// <summary>What the contract names and this version does not have yet: answered by 111, so that nobody takes it for a wrong address.</summary>
    private static readonly string[] _notEnabled =
    [
        "/v1/channels/{channel}/state", "/v1/channels/{channel}/state/{key}", "/v1/channels/{channel}/presence", "/v1/channels/{channel}/stream",
        "/v1/sse", "/v1/up", "/v1/poll", "/v1/tickets", "/v1/publish", "/v1/users/{user}/disconnect", "/v1/users/{user}/unsubscribe",
        "/openapi/v1.json",
    ];

    /// <summary>Maps <c>/v1/…</c>, <c>/healthz</c> and <c>/readyz</c>. Needs an <see cref="IEngine"/> and <see cref="EdgeOptions"/> among the services.</summary>
    /// <returns>The application.</returns>
    public static WebApplication MapRealTimeEdge(this WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        var services = application.Services;
        var engine = services.GetRequiredService<IEngine>();
        var options = services.GetRequiredService<EdgeOptions>();

        application.UseMiddleware<ProblemMiddleware>();
        application.UseWhen(
            http => http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal),
            branch => branch.UseMiddleware<OriginMiddleware>(OriginsOf(engine, options)).UseMiddleware<AuthenticationMiddleware>(engine, options));
        application.UseRouting();

        var channels = new ChannelEndpoints(engine, options);
        application.MapPost("/v1/channels/{channel}/events", channels.PublishAsync);
        application.MapGet("/v1/channels/{channel}/events", channels.ReadAsync);

        var webSockets = ActivatorUtilities.CreateInstance<WebSocketEndpoint>(services, engine, options);
        // A connection of hours is not a slow request: it has figures of its own.
        application.MapGet("/v1/ws", webSockets.HandleAsync).DisableHttpMetrics();

        application.MapGet("/healthz", HealthEndpoints.HealthAsync);
        application.MapGet("/readyz", new HealthEndpoints(engine).ReadinessAsync);

        if (services.GetService<IMetricsSource>() is { } metrics)
            application.MapGet("/metrics", new MetricsEndpoint(metrics, engine, options).HandleAsync).DisableHttpMetrics();
        else
            application.Map("/metrics", http => Problem.WriteAsync(http, ErrorCode.NotEnabled, "The figures are switched off (realtime.telemetry.metrics)."));

        foreach (var pattern in _notEnabled)
            application.Map(pattern, RefuseAsync);

        return application;
    }

    private static OriginPolicy OriginsOf(IEngine engine, EdgeOptions options) =>
        new(options.Origins, asksForTokens: engine.Authenticator is not null, options.ListensOnLoopback);

    private static Task RefuseAsync(HttpContext http) =>
        Problem.WriteAsync(http, ErrorCode.NotEnabled, $"{http.Request.Path} is part of the contract, but not enabled in this version.");
}
