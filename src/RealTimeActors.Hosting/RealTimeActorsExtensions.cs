using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Edge;
using RealTimeActors.Hosting.Settings;

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
        builder.Services.AddSingleton<RealTimeNode>();
        builder.Services.AddSingleton<IEngine>(services => services.GetRequiredService<RealTimeNode>());
        builder.Services.AddHostedService<NodeService>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainWithin + TimeSpan.FromSeconds(10));
        return builder;
    }

    /// <summary>Maps the addresses of the contract.</summary>
    /// <param name="application">Built from a builder with <see cref="AddRealTimeActors"/>.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapRealTimeActors(this WebApplication application) => application.MapRealTimeEdge();
}
