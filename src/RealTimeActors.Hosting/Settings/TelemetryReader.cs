using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Edge;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.telemetry</c>.</summary>
internal static class TelemetryReader
{
    private const int TokenCharactersMin = 16;

    internal static TelemetrySettings Read(KeyReader telemetry)
    {
        var traces = telemetry.Section("traces");
        var settings = new TelemetrySettings
        {
            Metrics = telemetry.Flag("metrics", true),
            TraceSample = traces.Number("sample", 0, 0, 1),
            Otlp = ReadOtlp(telemetry.Section("otlp")),
        };
        if (settings is { TraceSample: > 0, Otlp: null })
            traces.Problem("sample", "0 is expected as long as realtime.telemetry.otlp.endpoint is empty: there is nowhere to send traces to");

        return settings;
    }

    /// <summary>Who may read <c>/metrics</c> is the edge's affair.</summary>
    internal static EdgeOptions ReadAccess(KeyReader prometheus, EdgeOptions edge)
    {
        var token = prometheus.Secret("token");
        if (token is { Length: < TokenCharactersMin })
            prometheus.Problem("token", $"at least {TokenCharactersMin} characters are expected, as from: openssl rand -base64 24");

        return edge with
        {
            MetricsAreOpen = prometheus.OneOf("access", "admin", "admin", "open") == "open",
            MetricsTokenHash = token is null ? default : SHA256.HashData(Encoding.UTF8.GetBytes(token)),
        };
    }

    private static OtlpSettings? ReadOtlp(KeyReader otlp)
    {
        var text = otlp.OptionalText("endpoint");
        var isGrpc = otlp.OneOf("protocol", "grpc", "grpc", "http") == "grpc";
        var interval = otlp.Duration("interval", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var headers = ReadHeaders(otlp);
        if (text is null)
            return null;

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
        {
            otlp.Problem("endpoint", "the address of a collector is expected, as http://localhost:4317, without a name or password in it (they go into headers)");
            return null;
        }

        return new OtlpSettings { Endpoint = endpoint, IsGrpc = isGrpc, Interval = interval, Headers = headers };
    }

    private static List<OtlpHeader> ReadHeaders(KeyReader otlp)
    {
        var headers = new List<OtlpHeader>();
        foreach (var text in otlp.SecretTexts("headers"))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : text[..equals].Trim();
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !text.Contains(',', StringComparison.Ordinal))
                headers.Add(new OtlpHeader(name, text[(equals + 1)..].Trim()));
            else
                otlp.Problem("headers", "each is expected as \"name=value\", without a comma; what came is not shown, because it may be a secret");
        }

        return headers;
    }
}
