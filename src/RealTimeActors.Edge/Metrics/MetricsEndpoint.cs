using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;

namespace RealTimeActors.Edge.Metrics;

/// <summary><c>GET /metrics</c>: the figures, for whoever may see them.</summary>
/// <remarks>
/// Where nobody is asked who he is, it is as open as everything else, to this machine. Otherwise it takes a token with <c>admin</c> on <c>&gt;</c>, or the scraper's own token
/// (<c>realtime.telemetry.prometheus.token</c>), which opens nothing else; unless the operator has opened it, because only his own network reaches the port.
/// </remarks>
internal sealed class MetricsEndpoint
{
    private const string Scheme = "Bearer ";
    private readonly IMetricsSource _source;
    private readonly EdgeOptions _options;
    private readonly bool _isAnybodyAsked;
    private readonly RequestDelegate _guarded;

    internal MetricsEndpoint(IMetricsSource source, IEngine engine, EdgeOptions options)
    {
        _source = source;
        _options = options;
        _isAnybodyAsked = engine.Authenticator is not null;
        var access = new HttpAccess(engine.Access);
        RequestDelegate authenticated = new AuthenticationMiddleware(ForAdmins, engine, options).InvokeAsync;
        _guarded = new OriginMiddleware(authenticated, new OriginPolicy(options.Origins, _isAnybodyAsked, options.ListensOnLoopback)).InvokeAsync;

        Task ForAdmins(HttpContext http)
        {
            access.RequireAdmin(http);
            return WriteAsync(http);
        }
    }

    internal Task HandleAsync(HttpContext http) => _isAnybodyAsked && (_options.MetricsAreOpen || IsScraper(http)) ? WriteAsync(http) : _guarded(http);

    private bool IsScraper(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return _options.MetricsTokenHash is { IsEmpty: false } expected
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), expected.Span);
    }

    private async Task WriteAsync(HttpContext http)
    {
        var (format, contentType) = Choose(http.Request.GetTypedHeaders().Accept);
        var text = await _source.ScrapeAsync(format, http.RequestAborted);
        http.Response.ContentType = contentType;
        http.Response.ContentLength = text.Length;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = HeaderNames.Accept;
        await http.Response.Body.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>The best of what is asked for; Prometheus text for whoever does not say, or says something else.</summary>
    internal static (MetricsFormat Format, string ContentType) Choose(IList<MediaTypeHeaderValue> accept)
    {
        foreach (var type in accept.OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
                return (MetricsFormat.OpenMetrics, "application/openmetrics-text; version=1.0.0; charset=utf-8");

            if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
                return (MetricsFormat.Json, "application/json");

            if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                break;
        }

        return (MetricsFormat.PrometheusText, "text/plain; version=0.0.4; charset=utf-8");
    }
}
