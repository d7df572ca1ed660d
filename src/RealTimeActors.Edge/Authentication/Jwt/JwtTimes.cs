using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>When a token is good. Unix milliseconds: a <c>NumericDate</c> may have fractions (RFC 7519, 2).</summary>
/// <param name="ExpiresMs"><c>exp</c>.</param>
/// <param name="NotBeforeMs"><c>nbf</c>.</param>
/// <param name="IssuedMs"><c>iat</c>.</param>
internal sealed record JwtTimes(long ExpiresMs, long? NotBeforeMs, long? IssuedMs)
{
    /// <summary>How far the clocks of issuer and server may differ (protocol, section 3).</summary>
    internal const long LeewayMs = 30_000;

    // The year 10000: whoever writes milliseconds for seconds lands beyond it.
    private const double SecondsMax = 253_402_300_800;
    private const string Expected = "a number of seconds since 1970, before the year 10000, is expected";

    /// <summary>From when on the token is not taken any more.</summary>
    internal long EndsMs => ExpiresMs + LeewayMs;

    /// <summary>Reads the three; where one cannot be taken, says why.</summary>
    internal static bool TryRead(JsonElement claims, [NotNullWhen(true)] out JwtTimes? times, [NotNullWhen(false)] out string? error)
    {
        times = null;
        if (!TryTime(claims, "exp", out var expires, out error)
            || !TryTime(claims, "nbf", out var notBefore, out error)
            || !TryTime(claims, "iat", out var issued, out error))
        {
            return false;
        }

        if (expires is not { } end)
            error = $"exp: {Expected}; the token has none.";
        else if (notBefore >= end || issued >= end)
            error = "exp: a time after nbf and iat is expected; the token was over before it began.";
        else
            times = new JwtTimes(end, notBefore, issued);

        return times is not null;
    }

    /// <summary>Why the token is not good at that moment, whatever its signature; null: it is. Expiry is another question (<see cref="HasEnded"/>).</summary>
    internal string? Judge(long nowMs, TimeSpan lifetimeMax)
    {
        if (IssuedMs - LeewayMs > nowMs)
            return "iat: the token was issued in the future; check the clocks of issuer and server.";

        if (NotBeforeMs - LeewayMs > nowMs)
            return "nbf: the token is not good yet.";

        // Without iat it is not known how long it was good before, but it never is good for longer than that from now on.
        return ExpiresMs - (IssuedMs ?? nowMs) > (long)lifetimeMax.TotalMilliseconds
            ? $"exp: a token that is good for at most {lifetimeMax.TotalSeconds:0} s is expected (realtime.auth.jwt.max-lifetime); this one is good for longer."
            : null;
    }

    internal bool HasEnded(long nowMs) => nowMs >= EndsMs;

    private static bool TryTime(JsonElement claims, string name, out long? milliseconds, [NotNullWhen(false)] out string? error)
    {
        milliseconds = null;
        error = null;
        if (TokenJson.Member(claims, name) is not { } element)
            return true;

        // 1e999 reads as infinity, which is not below the bound either.
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var seconds) && seconds is >= 0 and < SecondsMax)
            milliseconds = (long)Math.Floor(seconds * 1_000);
        else
            error = $"{name}: {Expected}; something else came.";

        return error is null;
    }
}
