using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.WebSockets.Direct;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tls;

namespace RealTimeActors.Hosting;

/// <summary>The web server of a program that is nothing but RealTimeActors. An application keeps its own.</summary>
public static class RealTimeKestrel
{
    /// <summary>Listens where the settings say, and limits everything that comes before it is read.</summary>
    /// <param name="web">Of a builder without servers and addresses of its own.</param>
    /// <param name="settings">Read by <see cref="SettingsReader"/>.</param>
    /// <returns>The builder.</returns>
    public static IWebHostBuilder UseRealTimeKestrel(this IWebHostBuilder web, ServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return web.UseKestrelCore()
            .ConfigureServices(services => AddServices(services, settings))
            .ConfigureKestrel(kestrel => Configure(kestrel, settings));
    }

    private static void AddServices(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(provider => new ConnectionGate(settings.Edge, TimeProvider.System, provider.GetRequiredService<ILogger<ConnectionGate>>()));
        services.AddSingleton<IStartupFilter, FirstRequestFilter>();
        // Behind TLS the first bytes say nothing.
        if (settings is { Tls: null, DirectWebSockets: true })
            services.AddDirectWebSockets();

        if (settings.Tls is { } files)
            services.AddSingleton(provider => new RotatingCertificate(files, TimeProvider.System, provider.GetRequiredService<ILogger<RotatingCertificate>>()));

        services.AddLogging(logging => logging
            // The server repeats headers that it cannot read, and the token may be in one of them.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None)
            // It repeats whole addresses, and whoever mistakes ?token= for a header has his token in one of them. Tickets are in them anyway.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning));
    }

    /// <summary>Bounds for whoever connects: everything is limited before it is read.</summary>
    private static void Configure(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = settings.Edge.HandshakeWithin;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MaxRequestLineSize = 8_192;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16_384;
        limits.MaxRequestBodySize = settings.Edge.MessageBytesMax;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        // Upgraded connections have a bound of their own (limits.connections); this one is for requests and for handshakes under way.
        limits.MaxConcurrentConnections = settings.Edge.ConnectionsMax;
        // What the server reads ahead of us, per connection: with more, a stalled Core would buffer more than its window.
        limits.MaxRequestBufferSize = 65_536;

        var address = settings.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(settings.Host);
        kestrel.Listen(address, settings.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            // Before TLS: whoever does not even shake hands is counted, too.
            listen.Use(kestrel.ApplicationServices.GetRequiredService<ConnectionGate>().Guard);
            if (settings.Tls is not null)
                UseTls(listen, kestrel.ApplicationServices.GetRequiredService<RotatingCertificate>(), settings.Edge.HandshakeWithin);
        });
    }

    private static void UseTls(ListenOptions listen, RotatingCertificate certificate, TimeSpan handshakeWithin) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = handshakeWithin,
        OnConnection = _ => ValueTask.FromResult(certificate.Options),
    });
}
