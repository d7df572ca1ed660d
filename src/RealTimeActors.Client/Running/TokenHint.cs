using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace RealTimeActors.Client.Running;

/// <summary>Reads off a JWT how long it seems to be good, without verifying anything: only good for renewing it in time. The server decides.</summary>
internal static class TokenHint
{
    private const int CharsMax = 16_384;

    /// <summary>How long from now on; null: it does not say, or is no JWT, or the clock here cannot be right.</summary>
    internal static TimeSpan? GoodFor(string? token, DateTimeOffset now)
    {
        if (token is null || token.Length > CharsMax || token.Split('.') is not [_, var payload, _])
            return null;

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            if (SecondsOf(claims.RootElement, "exp") is not { } expires)
                return null;

            // From its issue to its end it is good for so long, whatever the clocks say; a token that was kept for a while is good for less.
            var left = expires - (now.ToUnixTimeMilliseconds() / 1_000.0);
            var whole = SecondsOf(claims.RootElement, "iat") is { } issued ? expires - issued : left;
            var seconds = left > 0 ? Math.Min(left, whole) : whole;
            return seconds is > 0 and < LongestSeconds ? TimeSpan.FromSeconds(seconds) : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static double? SecondsOf(JsonElement claims, string name) =>
        claims.ValueKind == JsonValueKind.Object && claims.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.Number ? claim.GetDouble() : null;

    private const double LongestSeconds = 10.0 * 365 * 24 * 60 * 60;
}
