using System.Net;
using RealTimeActors.Edge.Authentication.Jwt;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.auth</c>: whether tokens are asked for, and which are taken.</summary>
internal static class AuthSettings
{
    private const int FileBytesMax = 65_536;

    /// <summary>What tokens are checked by; null: nobody is asked.</summary>
    /// <param name="auth">The section.</param>
    /// <param name="http">Where the address stands.</param>
    /// <param name="host">The address.</param>
    internal static JwtOptions? Read(KeyReader auth, KeyReader http, string host)
    {
        var mode = auth.OneOf("mode", "none", "none", "jwt");
        var jwt = ReadJwt(auth.Section("jwt"));
        if (mode == "jwt")
        {
            if (jwt.Keys.Count == 0 && jwt.JwksUrl is null)
                auth.Problem("jwt", "a key is expected that tokens can be checked with (hs256-secret, keys or jwks-url); there is none that can be used");

            return jwt;
        }

        // A server that asks nobody who they are must not be reachable from other machines.
        if (!IsLoopback(host))
            http.Problem("host", $"a loopback address (127.0.0.1, ::1 or localhost) is expected; '{host}' came. With auth.mode none anybody who can reach the server may read and write everything, so it only listens on this machine");

        return null;
    }

    internal static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static JwtOptions ReadJwt(KeyReader jwt) => new()
    {
        Keys = ReadKeys(jwt),
        JwksUrl = ReadJwksUrl(jwt),
        JwksRefresh = jwt.Duration("jwks-refresh", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        JwksTimeout = jwt.Duration("jwks-timeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        JwksCooldown = jwt.Duration("jwks-cooldown", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        Issuer = jwt.OptionalText("issuer"),
        Audiences = jwt.TextOrTexts("audience"),
        LifetimeMax = jwt.Duration("max-lifetime", TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(3_650)),
    };

    private static List<JwtKey> ReadKeys(KeyReader jwt)
    {
        var keys = new List<JwtKey>();
        if (jwt.Secret("hs256-secret") is { } secret)
        {
            if (JwtKey.TryFromSecret(null, secret, out var key, out var error))
                keys.Add(key);
            else
                jwt.Problem("hs256-secret", error);
        }

        var entries = jwt.Sections("keys");
        if (entries.Count > JwtOptions.KeysMax)
            jwt.Problem("keys", $"at most {JwtOptions.KeysMax} keys are expected; {entries.Count} came");

        foreach (var entry in entries)
        {
            if (ReadKey(entry) is not { } key)
                continue;

            if (keys.Exists(other => other.Algorithm == key.Algorithm && other.Kid == key.Kid))
                entry.Problem("kid", $"a kid that tells the keys for {key.Algorithm} apart is expected; another of them has the same, or neither has one");
            else
                keys.Add(key);
        }

        return keys;
    }

    private static JwtKey? ReadKey(KeyReader entry)
    {
        var kid = entry.OptionalText("kid");
        var algorithm = entry.OneOf("algorithm", "RS256", "HS256", "RS256", "ES256");
        var secret = entry.Secret("secret");
        var pem = entry.Secret("pem");
        if (!entry.Has("algorithm"))
        {
            // No guess: a key that is used for another algorithm than it was made for is a hole.
            entry.Problem("algorithm", "HS256, RS256 or ES256 is expected; it is absent");
            return null;
        }

        var isShared = algorithm == "HS256";
        if (isShared ? secret is null || pem is not null : pem is null || secret is not null)
        {
            entry.Problem(isShared ? "secret" : "pem", isShared
                ? "HS256 is expected to have a secret, and no pem"
                : $"{algorithm} is expected to have a pem (the text of a PEM, or the path of a file), and no secret");
            return null;
        }

        if (isShared)
        {
            if (JwtKey.TryFromSecret(kid, secret, out var shared, out var weak))
                return shared;

            entry.Problem("secret", weak);
            return null;
        }

        if (!TryText(pem!, out var text, out var error)
            || !JwtKey.TryFromPem(kid, algorithm == "RS256" ? JwtAlgorithm.RS256 : JwtAlgorithm.ES256, text, out var key, out error))
        {
            entry.Problem("pem", error!);
            return null;
        }

        return key;
    }

    /// <summary>The PEM itself, or what stands in the file that is named.</summary>
    private static bool TryText(string pem, out string? text, out string? error)
    {
        text = null;
        error = null;
        if (pem.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            text = pem;
            return true;
        }

        try
        {
            if (new FileInfo(pem).Length <= FileBytesMax)
                text = File.ReadAllText(pem);
            else
                error = $"a file of at most {FileBytesMax} bytes is expected; a longer one is named";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Without the path: what was meant to be a key must not be shown because its first line is missing.
            error = "the text of a PEM, or the path of a file that can be read, is expected; what came is neither";
        }

        return error is null;
    }

    private static Uri? ReadJwksUrl(KeyReader jwt)
    {
        if (jwt.OptionalText("jwks-url") is not { } text)
            return null;

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            jwt.Problem("jwks-url", "an absolute https address without user and password is expected; something else came");
        else if (url.Scheme == "http" && !url.IsLoopback)
            // Whoever stands between could hand out his own keys.
            jwt.Problem("jwks-url", $"https is expected; http came, which is only taken on this machine, and {url.Host} is another");
        else
            return url;

        return null;
    }
}
