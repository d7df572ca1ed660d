namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>
/// Checks signed tokens (RFC 7515, 7519) by the checklist of RFC 8725: the key decides the algorithm, and nothing that the token says about itself is believed
/// before its signature holds. Pure; throws for nothing that came from outside.
/// </summary>
internal sealed class JwtVerifier(JwtOptions options)
{
    /// <summary>Checks everything about the token at that moment.</summary>
    internal JwtVerdict Verify(string token, JwtKeySet keys, DateTimeOffset now)
    {
        if (!TokenParts.TrySplit(token, out var parts, out var error) || !JwtHeader.TryRead(parts.Header, out var header, out error))
            return new JwtVerdict.Refused(error);

        if (keys.Find(header, out var missing) is not { } key)
            return keys.MayBeElsewhere(header) ? new JwtVerdict.KeyMissing(missing) : new JwtVerdict.Refused(missing);

        // The key was found by the algorithm, too; said once more where it counts.
        if (key.Algorithm != header.Algorithm || !key.Verifies(parts.Signed, parts.Signature))
            return new JwtVerdict.Refused("The signature of the token is not that of the key it means.");

        if (Base64UrlText.TryDecode(parts.Payload) is not { } payload)
            return new JwtVerdict.Refused("The parts of a token are expected in base64url without padding; the claims are not.");

        return JwtClaims.TryRead(payload, options, out var claims, out error)
            ? Judge(new VerifiedToken(key, claims.Times, claims.Identity), now)
            : new JwtVerdict.Refused(error);
    }

    /// <summary>Checks once more what depends on the time of day. Expiry comes last: who hears of it knows that nothing else was wrong.</summary>
    internal JwtVerdict Judge(VerifiedToken token, DateTimeOffset now)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        if (token.Times.Judge(nowMs, options.LifetimeMax) is { } reason)
            return new JwtVerdict.Refused(reason);

        return token.Times.HasEnded(nowMs)
            ? new JwtVerdict.Refused("exp: the token has expired; a new one is needed.", IsExpired: true)
            : new JwtVerdict.Good(token);
    }
}
