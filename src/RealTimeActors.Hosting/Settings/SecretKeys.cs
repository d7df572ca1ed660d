using Microsoft.Extensions.Configuration;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Which values of the configuration nobody may see: not in a problem, not in a log, not in what the command line prints.</summary>
public static class SecretKeys
{
    /// <summary>Whatever a key is called that ends so is a secret, also where it stands in the wrong place.</summary>
    private static readonly string[] _endings = ["secret", "secrets", "password", "pem", "token", "connection-string"];

    /// <summary>Objects that hold secrets: a value in their place is probably one.</summary>
    private static readonly string[] _holders = ["realtime.auth.jwt", "realtime.auth.jwt.keys"];

    /// <summary>Whether the value of the path (as <c>realtime.auth.jwt.hs256-secret</c>) is to be hidden. A test holds it to what is read as a secret.</summary>
    public static bool IsSecret(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var last = path[(path.LastIndexOf('.') + 1)..];
        return _endings.Any(ending => last.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            || _holders.Contains(path, StringComparer.OrdinalIgnoreCase)
            || path.StartsWith("realtime.telemetry.otlp.headers", StringComparison.OrdinalIgnoreCase)
            // An element of the list of keys that is no object, and whatever is mistyped in one.
            || (path.StartsWith("realtime.auth.jwt.keys.", StringComparison.OrdinalIgnoreCase) && last is not ("kid" or "algorithm"));
    }

    /// <summary>The paths that were read as secrets from this configuration.</summary>
    public static IReadOnlySet<string> In(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var log = new ReadLog(_ => null);
        SettingsReader.Read(configuration, log);
        return log.Secrets;
    }
}
