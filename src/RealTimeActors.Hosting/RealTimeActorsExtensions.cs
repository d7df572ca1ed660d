using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Edge;
using RealTimeActors.Edge.Metrics;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Telemetry;

namespace RealTimeActors.Hosting;

/// <summary>Puts RealTimeActors into a web application.</summary>
public static class RealTimeActorsExtensions
{
    /// <summary>Adds a node with these settings, and the server that it is reached by.</summary>
    /// <param name="builder">Of the application; it should come without servers and addresses of its own.</param>
    /// <param name="settings">Read by <see cref="SettingsReader"/>.</param>
    /// <returns>The builder.</returns>
    public static WebApplicationBuilder AddRealTimeActors(this WebApplicationBuilder builder, ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);

        builder.WebHost.UseRealTimeKestrel(settings);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(settings.Edge);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(services => new EngineMeters(services.GetRequiredService<IMeterFactory>().Create(EngineMeters.Name)));
        builder.Services.AddSingleton<RealTimeNode>();
        builder.Services.AddSingleton<IEngine>(services => services.GetRequiredService<RealTimeNode>());
        builder.Services.AddHostedService<NodeService>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainWithin + TimeSpan.FromSeconds(10));
        AddTelemetry(builder.Services, settings.Telemetry);
        return builder;
    }

    /// <summary>Maps the addresses of the contract.</summary>
    /// <param name="application">Built from a builder with <see cref="AddRealTimeActors"/>.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapRealTimeActors(this WebApplication application) => application.MapRealTimeEdge();

    /// <summary>An application that has OpenTelemetry of its own leaves this out and adds the meter and the source <see cref="EngineMeters.Name"/> to that.</summary>
    private static void AddTelemetry(IServiceCollection services, TelemetrySettings telemetry)
    {
        if (!telemetry.IsMeasured && telemetry.TraceSample == 0)
            return;

        services.AddSingleton(provider => new TelemetryPipeline(
            provider.GetRequiredService<ServerSettings>(), provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<EngineMeters>(), TimeProvider.System));
        services.AddHostedService<TelemetryService>();
        if (telemetry.Metrics)
            services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<TelemetryPipeline>().Source!);
    }
}
