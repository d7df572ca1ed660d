using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RealTimeActors.Hosting.Settings;

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
        return web.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, settings));
    }

    /// <summary>Bounds for whoever connects: everything is limited before it is read.</summary>
    private static void Configure(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
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
        kestrel.Listen(address, settings.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
