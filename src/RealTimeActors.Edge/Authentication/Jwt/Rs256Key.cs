using System.Security.Cryptography;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>An RSA key of 2,048 bits or more.</summary>
internal sealed class Rs256Key : JwtKey
{
    internal const int BitsMin = 2_048;

    // A check of a signature costs with the square of it; nobody uses more.
    internal const int BitsMax = 8_192;

    private readonly CipherPool<RSA> _pool;
    private readonly int _signatureBytes;

    private Rs256Key(string? kid, RSAParameters parameters, byte[] publicKey)
        : base(kid, JwtAlgorithm.RS256, publicKey)
    {
        CanSign = parameters.D is not null;
        _signatureBytes = parameters.Modulus!.Length;
        _pool = new CipherPool<RSA>(() => RSA.Create(parameters));
    }

    public override bool CanSign { get; }

    /// <exception cref="CryptographicException">The parameters are no key.</exception>
    internal static JwtKey? TryCreate(string? kid, RSAParameters parameters, out string? error)
    {
        using var rsa = RSA.Create(parameters);
        // Counted from the modulus itself: leading zeros do not make a key longer.
        var bits = rsa.ExportParameters(false).Modulus!.SkipWhile(part => part == 0).Count() * 8;
        var exponent = parameters.Exponent!;
        if (bits is < BitsMin or > BitsMax)
            error = $"an RSA key of {BitsMin} to {BitsMax} bits is expected; one of {bits} came";
        else if (exponent.Length > 8 || exponent is [1] || (exponent[^1] & 1) == 0)
            error = "an RSA key with an odd public exponent from 3 on, in at most 8 bytes, is expected; another one came";
        else
            error = null;

        return error is null ? new Rs256Key(kid, parameters, rsa.ExportRSAPublicKey()) : null;
    }

    internal override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _signatureBytes)
            return false;

        using var rsa = _pool.Rent();
        return rsa.Cipher.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    internal override byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        if (!CanSign)
            throw NoPrivateHalf();

        using var rsa = _pool.Rent();
        return rsa.Cipher.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
