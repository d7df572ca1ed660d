using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>WebSockets without Kestrel around them, on a server whose ports are plain TCP.</summary>
public static class DirectWebSocketsExtensions
{
    /// <summary>Listens in the place of Kestrel's own transport. Needs a <see cref="Admission.ConnectionGate"/> among the services, which stands before both ways.</summary>
    /// <param name="services">Of a host with Kestrel.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDirectWebSockets(this IServiceCollection services)
    {
        services.AddSingleton<DirectEntrance>();
        // The last one that can bind an address is the one that does.
        services.AddSingleton<IConnectionListenerFactory, DirectListenerFactory>();
        return services;
    }
}
