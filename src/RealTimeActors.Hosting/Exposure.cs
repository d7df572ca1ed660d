using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RealTimeActors.Edge;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Hosting;

/// <summary>Knows whether the node can be reached by people whom nobody asks who they are.</summary>
internal sealed class Exposure(IEngine engine, IServer? server = null, IRequestIdentity? identities = null)
{
    /// <summary>Whether the addresses of the contract are on the application; without them nobody reaches the node.</summary>
    internal bool IsMapped { get; set; }

    /// <summary>Refuses to be reachable from other machines while nobody is asked.</summary>
    /// <exception cref="SettingsException">It is.</exception>
    internal void Check()
    {
        if (!IsMapped || engine.Authenticator is not null || identities is not null)
            return;

        var open = (server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Where(address => !IsLoopback(address)).ToArray();
        if (open.Length > 0)
        {
            throw new SettingsException([
                $"realtime.auth.mode: with 'none' the application is expected to listen on loopback only (127.0.0.1, [::1] or localhost); it listens on {string.Join(" and ", open)}. "
                + "Anybody who can reach it could read and write every channel. Listen on loopback (ASPNETCORE_URLS=http://127.0.0.1:5000), set realtime.auth.mode to jwt, "
                + "or let the application's own authentication say who asks (options.UseAspNetIdentity = true)."]);
        }
    }

    private static bool IsLoopback(string address)
    {
        // "http://+:80" and "http://*:80" are no URIs, and mean every address.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return false;

        return uri.Host is "localhost" or "unix" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
