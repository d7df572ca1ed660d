namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>The signatures that are taken (RFC 7518, 3.1). There is no other, and <c>none</c> least of all.</summary>
public enum JwtAlgorithm
{
    /// <summary>HMAC with SHA-256: issuer and server share a secret.</summary>
    HS256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256,
}
