using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.EventStreams;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpApi.Cluster;
using RealTimeActors.Edge.HttpApi.DeadLetters;
using RealTimeActors.Edge.HttpApi.Inspection;
using RealTimeActors.Edge.HttpApi.Integrity;
using RealTimeActors.Edge.HttpApi.OpenApi;
using RealTimeActors.Edge.HttpApi.Presence;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Edge.HttpApi.States;
using RealTimeActors.Edge.HttpApi.Users;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Edge.LongPolling;
using RealTimeActors.Edge.Metrics;
using RealTimeActors.Edge.Relays;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Edge.Tickets;
using RealTimeActors.Edge.WebSockets;
using RealTimeActors.Edge.WebSockets.Direct;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge;

/// <summary>Puts the addresses of the contract on an application.</summary>
public static class EdgeApplication
{
    /// <summary>Maps <c>/v1/…</c>, <c>/healthz</c> and <c>/readyz</c>. Needs an <see cref="IEngine"/> and <see cref="EdgeOptions"/> among the services. What stands
    /// around these endpoints (errors, origins, authentication) stands around them alone.</summary>
    /// <param name="endpoints">The application's.</param>
    /// <param name="prefix">Goes before every address; empty: none.</param>
    /// <param name="isWholeServer">Whether there is no other application around it: then it has the addresses <c>/metrics</c> and <c>/openapi/v1.json</c>, too.</param>
    /// <returns>All of them, for conventions of the application's own.</returns>
    public static IEndpointConventionBuilder MapRealTimeEdge(this IEndpointRouteBuilder endpoints, string prefix = "", bool isWholeServer = true)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var engine = services.GetRequiredService<IEngine>();
        var options = services.GetRequiredService<EdgeOptions>();
        var identities = services.GetService<IRequestIdentity>();
        var gate = services.GetService<StartGate>();
        var origins = new OriginPolicy(options.Origins, asksForTokens: engine.Authenticator is not null || identities is not null, options.ListensOnLoopback);

        var tickets = new TicketStore(options, TimeProvider.System, engine.Relays);

        var all = endpoints.MapGroup(prefix);
        var open = all.MapGroup("").Through(endpoints, static pipeline => pipeline.UseMiddleware<ProblemMiddleware>());
        var guarded = all.MapGroup("").Through(endpoints, pipeline =>
        {
            pipeline.UseMiddleware<ProblemMiddleware>();
            if (gate is not null)
                pipeline.UseMiddleware<StartGateMiddleware>(gate);

            pipeline.UseMiddleware<OriginMiddleware>(origins);
            pipeline.UseMiddleware<TicketMiddleware>(tickets, engine, options);
            if (identities is null)
                pipeline.UseMiddleware<AuthenticationMiddleware>(engine, options);
            else
                pipeline.UseMiddleware<RequestIdentityMiddleware>(identities, engine, options);
        });

        var publishing = new PublishEndpoints(engine, options);
        guarded.MapPost("/v1/channels/{channel}/events", publishing.PublishAsync);
        guarded.MapPost("/v1/publish", publishing.BroadcastAsync);
        Get(guarded, "/v1/channels/{channel}/events", new ReadEndpoint(engine, options).ReadAsync);

        MapStates(guarded, engine, options);
        Get(guarded, "/v1/channels/{channel}/presence", new PresenceEndpoint(engine, options).ReadAsync);

        var letters = new DeadLetterEndpoints(engine, options);
        Get(guarded, "/v1/channels/{channel}/dead-letters", letters.ReadAsync);
        guarded.MapPost("/v1/channels/{channel}/dead-letters/replay", letters.ReplayAsync);

        var users = new UserEndpoints(engine, options);
        guarded.MapPost("/v1/users/{user}/disconnect", users.DisconnectAsync);
        guarded.MapPost("/v1/users/{user}/unsubscribe", users.UnsubscribeAsync);

        var inspection = new InspectionEndpoints(engine, options);
        Get(guarded, "/v1/channels", inspection.ListChannelsAsync);
        Get(guarded, "/v1/channels/{channel}", inspection.ShowChannelAsync);
        Get(guarded, "/v1/channels/{channel}/subscriptions", inspection.ListFollowersAsync);
        Get(guarded, "/v1/sessions", inspection.ListSessionsAsync);
        Get(guarded, "/v1/sessions/{session}", inspection.ShowSessionAsync);
        guarded.MapDelete("/v1/sessions/{session}", inspection.EndSessionAsync);
        Get(guarded, "/v1/server", inspection.ShowServerAsync);

        var cluster = new ClusterEndpoints(engine, options);
        Get(guarded, "/v1/cluster", cluster.ShowAsync);
        guarded.MapPost("/v1/cluster/shards/{shard}/move", cluster.MoveAsync);
        guarded.MapPost("/v1/cluster/nodes/{node}/drain", cluster.DrainAsync);
        guarded.MapPost("/v1/cluster/nodes/{node}/undrain", cluster.UndrainAsync);

        var proofs = new ProofEndpoints(engine, options);
        Get(guarded, "/v1/channels/{channel}/events/{offset}/proof", proofs.ProveAsync);
        Get(guarded, "/v1/checkpoints/latest", proofs.ShowLatestAsync);
        Get(guarded, "/v1/checkpoints/{number}", proofs.ShowAsync);
        Get(guarded, "/v1/checkpoints/key", proofs.ShowKeyAsync);

        var budget = new ConnectionBudget(options.ConnectionsMax);
        MapHttpSessions(guarded, engine, options, budget, tickets);
        guarded.MapGet("/v1/channels/{channel}/stream", new StreamEndpoint(engine, options, budget, TimeProvider.System).StreamAsync)
            .WithMetadata(TicketMayAuthenticate.Instance).DisableHttpMetrics();
        guarded.MapPost("/v1/tickets", new TicketEndpoint(engine, options, tickets, TimeProvider.System).MakeAsync);

        var webSockets = ActivatorUtilities.CreateInstance<WebSocketEndpoint>(services, engine, options, budget);
        // A connection of hours is not a slow request: it has figures of its own.
        guarded.MapMethods("/v1/ws", [HttpMethods.Get, HttpMethods.Connect], webSockets.HandleAsync)
            .WithMetadata(HelloMayAuthenticate.Instance, TicketMayAuthenticate.Instance).DisableHttpMetrics();
        // Where the application knows its users itself, it needs the whole request to do so.
        if (identities is null)
            services.GetService<DirectEntrance>()?.Open(new DirectEntrance.Rules($"{prefix}/v1/ws", engine, options, origins, budget, gate));

        Get(open, "/healthz", HealthEndpoints.HealthAsync);
        Get(open, "/readyz", new HealthEndpoints(engine).ReadinessAsync);
        if (isWholeServer)
            MapFigures(open, engine, options);

        return all;
    }

    /// <summary>Explains every error of the whole application, wrong addresses included, as the contract does. For a server that is nothing but RealTimeActors;
    /// in another application wrong addresses are that application's affair.</summary>
    /// <returns>The application.</returns>
    public static IApplicationBuilder UseRealTimeProblems(this IApplicationBuilder application) => application.UseMiddleware<ProblemMiddleware>();

    /// <summary>What can be read can be asked for without its body, too.</summary>
    private static void Get(IEndpointRouteBuilder routes, string pattern, RequestDelegate handle) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handle);

    /// <summary>Shared state: entries by their keys, with their versions as entity tags.</summary>
    private static void MapStates(RouteGroupBuilder guarded, IEngine engine, EdgeOptions options)
    {
        const string Entry = "/v1/channels/{channel}/state/{key}";
        var states = new StateEndpoints(engine, options);
        Get(guarded, "/v1/channels/{channel}/state", states.ReadAllAsync);
        Get(guarded, Entry, states.ReadOneAsync);
        Get(guarded, $"{Entry}/history", states.ReadHistoryAsync);

        var mutations = new MutationEndpoints(engine, options, states);
        guarded.MapPut(Entry, mutations.MutateAsync);
        guarded.MapPatch(Entry, mutations.MutateAsync);
        guarded.MapDelete(Entry, mutations.MutateAsync);
        guarded.MapPost(Entry, mutations.MutateAsync);
    }

    /// <summary>Sessions for those who cannot have a WebSocket: frames up by POST, frames down by a stream of events or by polling.</summary>
    private static void MapHttpSessions(RouteGroupBuilder guarded, IEngine engine, EdgeOptions options, ConnectionBudget budget, TicketStore tickets)
    {
        var connections = new HttpConnections(engine, options, budget, TimeProvider.System);
        var streams = new DownStreams(engine, options, connections);
        var elsewhere = new Elsewhere(engine, connections);
        var up = new UpEndpoint(options, connections, streams, elsewhere);
        guarded.MapPost("/v1/up", up.HandleAsync).WithMetadata(HelloMayAuthenticate.Instance);

        // A stream of hours and a poll that waits are not slow requests.
        guarded.MapGet("/v1/sse", new SseEndpoint(streams, elsewhere).StreamAsync)
            .WithMetadata(HelloMayAuthenticate.Instance, TicketMayAuthenticate.Instance).DisableHttpMetrics();
        guarded.MapGet("/v1/poll", new PollEndpoint(options, streams, elsewhere).PollAsync)
            .WithMetadata(HelloMayAuthenticate.Instance, TicketMayAuthenticate.Instance).DisableHttpMetrics();

        var services = ((IEndpointRouteBuilder)guarded).ServiceProvider;
        engine.Relays?.Open(ActivatorUtilities.CreateInstance<RelayedRequests>(services, connections, up, tickets));
    }

    private static void MapFigures(RouteGroupBuilder open, IEngine engine, EdgeOptions options)
    {
        if (((IEndpointRouteBuilder)open).ServiceProvider.GetService<IMetricsSource>() is { } metrics)
            open.MapGet("/metrics", new MetricsEndpoint(metrics, engine, options).HandleAsync).DisableHttpMetrics();
        else
            open.Map("/metrics", http => Problem.WriteAsync(http, ErrorCode.NotEnabled, "The figures are switched off (realtime.telemetry.metrics)."));

        Get(open, "/openapi/v1.json", OpenApiEndpoint.ShowAsync);
    }
}
