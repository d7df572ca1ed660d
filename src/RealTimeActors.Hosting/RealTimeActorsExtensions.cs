using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealTimeActors.Edge;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.Metrics;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Hosting.InProcess;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Telemetry;

namespace RealTimeActors.Hosting;

/// <summary>Puts a node of RealTimeActors into an application: <c>builder.AddRealTimeActors()</c> and <c>app.MapRealTimeActors()</c>.</summary>
public static class RealTimeActorsExtensions
{
    /// <summary>
    /// Adds a node, and <see cref="IChannels"/> to use it in process. It is configured by section <c>realtime</c> of the application's configuration, and by code over it.
    /// Nothing of the application is changed: not its addresses, its logging, its middlewares, its authentication.
    /// </summary>
    /// <param name="builder">Of any application with a host.</param>
    /// <param name="configure">What is said in code.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AddRealTimeActors<TBuilder>(this TBuilder builder, Action<RealTimeActorsOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRealTimeActors(builder.Configuration, configure);
        return builder;
    }

    /// <summary>As <see cref="AddRealTimeActors{TBuilder}(TBuilder, Action{RealTimeActorsOptions}?)"/>, with a configuration of its own.</summary>
    /// <param name="builder">Of any application with a host.</param>
    /// <param name="configuration">Has the section <c>realtime</c>, or is it.</param>
    /// <param name="configure">What is said in code.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AddRealTimeActors<TBuilder>(this TBuilder builder, IConfiguration configuration, Action<RealTimeActorsOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRealTimeActors(configuration, configure);
        return builder;
    }

    /// <summary>As <see cref="AddRealTimeActors{TBuilder}(TBuilder, Action{RealTimeActorsOptions}?)"/>, where there are only services. May be called again to say more in code.</summary>
    /// <param name="services">Of a host.</param>
    /// <param name="configuration">Has the section <c>realtime</c>, or is it. Read when the host starts.</param>
    /// <param name="configure">What is said in code.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRealTimeActors(this IServiceCollection services, IConfiguration configuration, Action<RealTimeActorsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        if (configure is not null)
            services.Configure(configure);

        services.TryAddSingleton(provider => ApplicationSettings.Read(
            configuration,
            provider.GetRequiredService<IOptions<RealTimeActorsOptions>>().Value,
            provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory()));
        // None is a value of a service, too: then tokens, or nothing, say who asks.
        services.TryAddSingleton<IRequestIdentity>(provider =>
            provider.GetRequiredService<IOptions<RealTimeActorsOptions>>().Value.UseAspNetIdentity ? AspNetIdentity.Instance : null!);
        return services.AddNode();
    }

    /// <summary>Adds a node with settings that were read already, as the server does.</summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="settings">Read by <see cref="SettingsReader"/>.</param>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder AddRealTimeActors(this WebApplicationBuilder builder, ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddNode();
        AddTelemetry(builder.Services, settings.Telemetry);
        return builder;
    }

    /// <summary>Maps the addresses of the contract, <c>/v1/…</c>, <c>/healthz</c> and <c>/readyz</c>, among the application's own.</summary>
    /// <param name="endpoints">The application, or a group of its endpoints.</param>
    /// <param name="prefix">Goes before every address, as <c>/realtime</c>; empty: none.</param>
    /// <returns>All of them, for conventions of the application's own, as <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapRealTimeActors(this IEndpointRouteBuilder endpoints, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0 && (prefix[0] != '/' || prefix[^1] == '/'))
            throw new ArgumentException($"A prefix is expected to begin with / and not to end with it, as /realtime; '{prefix}' came.", nameof(prefix));

        var exposure = endpoints.ServiceProvider.GetService<Exposure>()
            ?? throw new InvalidOperationException($"The services are not there: call builder.{nameof(AddRealTimeActors)}() before the application is built.");
        exposure.IsMapped = true;
        return endpoints.MapRealTimeEdge(prefix, isWholeServer: !endpoints.ServiceProvider.GetRequiredService<ServerSettings>().IsInApplication);
    }

    /// <summary>Why the node has stopped the application by itself: another server has taken its store over, or the other nodes hold it for dead. Null: it has not. Whoever ends with another exit code then is started again.</summary>
    /// <param name="services">Those of the application, before they are disposed.</param>
    /// <returns>The reason, for a person.</returns>
    public static string? WhyRealTimeActorsStopped(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetRequiredService<RealTimeNode>().DisplacedBecause;
    }

    private static IServiceCollection AddNode(this IServiceCollection services)
    {
        services.AddOptions<RealTimeActorsOptions>();
        services.AddRoutingCore();
        services.TryAddSingleton(provider => provider.GetRequiredService<ServerSettings>().Edge);
        services.AddMetrics();
        services.TryAddSingleton(provider => new EngineMeters(provider.GetRequiredService<IMeterFactory>().Create(EngineMeters.Name)));
        services.TryAddSingleton<ActivityTraces>();
        services.TryAddSingleton<RealTimeNode>();
        services.TryAddSingleton<IEngine>(provider => provider.GetRequiredService<RealTimeNode>());
        services.TryAddSingleton<StartGate>();
        services.TryAddSingleton<Exposure>();
        services.TryAddSingleton<InProcessChannels>();
        services.TryAddSingleton<IChannels>(provider => provider.GetRequiredService<InProcessChannels>());
        services.AddHostedService<NodeService>();
        return services;
    }

    /// <summary>An application that has OpenTelemetry of its own leaves this out and adds the meter and the source <see cref="EngineMeters.Name"/> to that.</summary>
    private static void AddTelemetry(IServiceCollection services, TelemetrySettings telemetry)
    {
        if (!telemetry.IsMeasured && telemetry.TraceSample == 0)
            return;

        services.AddSingleton(provider => new TelemetryPipeline(
            provider.GetRequiredService<ServerSettings>(), provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<EngineMeters>(),
            provider.GetRequiredService<ActivityTraces>().Source, provider.GetService<ActivitySource>(), TimeProvider.System, provider.GetRequiredService<ILogger<TelemetryPipeline>>()));
        services.AddHostedService<TelemetryService>();
        if (telemetry.Metrics)
            services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<TelemetryPipeline>().Source!);
    }
}
