using System.Net;

namespace RealTimeActors.Edge.Admission;

/// <summary>Which web pages may talk to the server: those of an exact allow-list, and some that need not be listed.</summary>
/// <remarks>
/// <para>A server that asks nobody who they are takes pages of this machine besides. Without that rule any page that a person on this machine opens could
/// read and write every channel. The <c>Host</c> is judged, too: a page whose own name was made to point here (DNS rebinding) sends no foreign
/// <c>Origin</c>, but it cannot send another <c>Host</c>.</para>
/// <para>A server that asks for tokens is protected by them: browsers attach no token by themselves. It takes any <c>Host</c> (it may stand behind a proxy, under
/// names it does not know) and its own pages (an <c>Origin</c> that is the <c>Host</c>); pages of this machine only while it listens on nothing else.</para>
/// </remarks>
/// <param name="allowed">Exact origins, as <c>https://app.example.org</c>.</param>
/// <param name="asksForTokens">Whether everybody needs a token.</param>
/// <param name="listensOnLoopback">Whether only this machine can reach the server directly.</param>
internal sealed class OriginPolicy(IReadOnlyList<string> allowed, bool asksForTokens = false, bool listensOnLoopback = true)
{
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _hosts = new(
        allowed.Select(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? uri.Host : origin), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the host is one that this server goes by.</summary>
    internal bool AdmitsHost(string host) => asksForTokens || IsOurs(host);

    /// <summary>Whether the page may talk to us. An absent origin (no browser, or a plain read by the server's own page) is left to the host, or to the token.</summary>
    /// <param name="origin">As it came; empty: none.</param>
    /// <param name="host">The host that was asked for, with its port.</param>
    internal bool AdmitsOrigin(string origin, string host) =>
        origin.Length == 0
        || _allowed.Contains(origin)
        || (asksForTokens && IsAt(origin, host))
        || (listensOnLoopback && IsLoopback(origin));

    // "null" (a sandboxed page, a file) is not an absolute URI and falls through here.
    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;

    /// <summary>Whether the page comes from the very host that it asks. The scheme is not compared: a proxy may have taken the TLS off.</summary>
    private static bool IsAt(string origin, string host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Scheme is "http" or "https"
        && Uri.TryCreate($"{page.Scheme}://{host}", UriKind.Absolute, out var asked)
        && page.Authority.Equals(asked.Authority, StringComparison.OrdinalIgnoreCase);

    private bool IsOurs(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || _hosts.Contains(host);
}
