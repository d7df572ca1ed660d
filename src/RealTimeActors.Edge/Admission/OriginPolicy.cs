using System.Net;

namespace RealTimeActors.Edge.Admission;

/// <summary>
/// Which web pages may talk to a server that asks nobody who they are: those of this machine, and those of an exact allow-list.
/// </summary>
/// <remarks>
/// Without it any page that a person on this machine opens could read and write every channel. The <c>Host</c> is judged, too: a page whose own name was
/// made to point here (DNS rebinding) sends no foreign <c>Origin</c>, but it cannot send another <c>Host</c>.
/// </remarks>
internal sealed class OriginPolicy(IReadOnlyList<string> allowed)
{
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _hosts = new(
        allowed.Select(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? uri.Host : origin), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the page may talk to us. An absent origin (no browser, or the page's own server) is judged by the host alone.</summary>
    internal bool Admits(string? origin, string host)
    {
        if (!IsOurs(host))
            return false;

        return string.IsNullOrEmpty(origin) || IsAllowed(origin) || IsLoopback(origin);
    }

    /// <summary>Whether the origin stands in the allow-list, so that a browser is told that it may read the answer.</summary>
    internal bool IsAllowed(string origin) => _allowed.Contains(origin);

    // "null" (a sandboxed page, a file) is not an absolute URI and falls through here.
    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;

    private bool IsOurs(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || _hosts.Contains(host);
}
