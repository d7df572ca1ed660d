using System.Security.Cryptography;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A shared secret.</summary>
internal sealed class Hs256Key(string? kid, byte[] secret) : JwtKey(kid, JwtAlgorithm.HS256, secret)
{
    public override bool CanSign => true;

    internal override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, signed, expected);
        // In constant time: how far a guess is right must not show.
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    internal override byte[] Sign(ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(secret, bytes);
}
