using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpApi.Inspection;
using RealTimeActors.Edge.HttpApi.OpenApi;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Edge.HttpApi.Users;
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
        "/v1/sse", "/v1/up", "/v1/poll", "/v1/tickets", "/metrics",
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
            branch => branch.UseMiddleware<OriginMiddleware>(new OriginPolicy(options.Origins)).UseMiddleware<AuthenticationMiddleware>(engine, options));
        application.UseRouting();

        var publishing = new PublishEndpoints(engine, options);
        application.MapPost("/v1/channels/{channel}/events", publishing.PublishAsync);
        application.MapPost("/v1/publish", publishing.BroadcastAsync);
        Get(application, "/v1/channels/{channel}/events", new ReadEndpoint(engine, options).ReadAsync);

        var users = new UserEndpoints(engine, options);
        application.MapPost("/v1/users/{user}/disconnect", users.DisconnectAsync);
        application.MapPost("/v1/users/{user}/unsubscribe", users.UnsubscribeAsync);

        var inspection = new InspectionEndpoints(engine, options);
        Get(application, "/v1/channels", inspection.ListChannelsAsync);
        Get(application, "/v1/channels/{channel}", inspection.ShowChannelAsync);
        Get(application, "/v1/channels/{channel}/subscriptions", inspection.ListFollowersAsync);
        Get(application, "/v1/sessions", inspection.ListSessionsAsync);
        Get(application, "/v1/sessions/{session}", inspection.ShowSessionAsync);
        application.MapDelete("/v1/sessions/{session}", inspection.EndSessionAsync);
        Get(application, "/v1/server", inspection.ShowServerAsync);

        var webSockets = ActivatorUtilities.CreateInstance<WebSocketEndpoint>(services, engine, options);
        application.MapGet("/v1/ws", webSockets.HandleAsync);

        Get(application, "/healthz", HealthEndpoints.HealthAsync);
        Get(application, "/readyz", new HealthEndpoints(engine).ReadinessAsync);
        Get(application, "/openapi/v1.json", OpenApiEndpoint.ShowAsync);

        foreach (var pattern in _notEnabled)
            application.Map(pattern, RefuseAsync);

        return application;
    }

    /// <summary>What can be read can be asked for without its body, too.</summary>
    private static void Get(IEndpointRouteBuilder routes, string pattern, RequestDelegate handle) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handle);

    private static Task RefuseAsync(HttpContext http) =>
        Problem.WriteAsync(http, ErrorCode.NotEnabled, $"{http.Request.Path} is part of the contract, but not enabled in this version.");
}
