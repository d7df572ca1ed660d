using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>What a token that is signed by one of our keys says: whom it is about, from when to when, and what it gives.</summary>
internal sealed record JwtClaims(JwtTimes Times, Identity Identity)
{
    /// <summary>The most bytes of <c>sub</c>: it becomes part of names.</summary>
    internal const int SubjectBytesMax = 200;

    private const int UrlBytesMax = 1_024;

    /// <summary>Reads and judges everything but the time of day.</summary>
    internal static bool TryRead(byte[] json, JwtOptions options, [NotNullWhen(true)] out JwtClaims? claims, [NotNullWhen(false)] out string? error)
    {
        claims = null;
        if (!TokenJson.TryParse(json, out var document, out var wrong))
        {
            error = $"The claims of the token: {wrong}.";
            return false;
        }

        using (document)
            return TryRead(document.RootElement, options, out claims, out error);
    }

    /// <summary>Whether it can be the name of a user: no character in it that cannot be seen, so that two that look alike are alike.</summary>
    internal static bool IsSubject(string subject) => subject.Length > 0 && subject.EnumerateRunes().All(IsVisible);

    private static bool TryRead(JsonElement root, JwtOptions options, [NotNullWhen(true)] out JwtClaims? claims, [NotNullWhen(false)] out string? error)
    {
        claims = null;
        if (!JwtTimes.TryRead(root, out var times, out error))
            return false;

        if (TokenJson.Member(root, "sub") is not { } sub || !TokenJson.TryText(sub, SubjectBytesMax, out var subject) || !IsSubject(subject))
        {
            error = $"sub: the user, a text of 1 to {SubjectBytesMax} bytes without control characters, is expected; something else came, or nothing.";
            return false;
        }

        error = JudgeIssuer(root, options) ?? JudgeAudience(root, options);
        if (error is not null || !GrantClaims.TryRoles(root, out var roles, out error) || !GrantClaims.TryChannels(root, out var grants, out error))
            return false;

        claims = new JwtClaims(times, new Identity
        {
            User = subject,
            Roles = roles,
            Grants = grants,
            IssuedUnixMs = times.IssuedMs,
            ExpiresUnixMs = times.EndsMs,
        });
        return true;
    }

    private static string? JudgeIssuer(JsonElement root, JwtOptions options)
    {
        if (options.Issuer is not { } expected)
            return null;

        var isOurs = TokenJson.Member(root, "iss") is { } iss && TokenJson.TryText(iss, UrlBytesMax, out var issuer) && issuer == expected;
        return isOurs ? null : $"iss: '{expected}' is expected; another issuer came, or none.";
    }

    private static string? JudgeAudience(JsonElement root, JwtOptions options)
    {
        if (TokenJson.Member(root, "aud") is not { } aud)
            return options.Audiences.Count == 0 ? null : $"aud: '{options.Audiences[0]}' is expected; the token is for nobody in particular.";

        // A token that says whom it is for is for nobody else (RFC 7519, 4.1.3), and a server without a name of its own is somebody else.
        if (options.Audiences.Count == 0)
            return "aud: the token is for a certain audience, and this server does not know that it is meant; name it in realtime.auth.jwt.audience.";

        var audiences = aud.ValueKind == JsonValueKind.Array ? aud.EnumerateArray().ToArray() : [aud];
        if (!audiences.All(audience => TokenJson.TryText(audience, UrlBytesMax, out _)))
            return "aud: a text or a list of texts is expected; something else came.";

        return audiences.Any(audience => options.Audiences.Contains(audience.GetString(), StringComparer.Ordinal))
            ? null
            : $"aud: '{options.Audiences[0]}' is expected; the token is for another audience.";
    }

    private static bool IsVisible(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
