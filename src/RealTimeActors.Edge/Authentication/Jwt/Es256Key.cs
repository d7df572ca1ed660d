using System.Security.Cryptography;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A key on the curve P-256.</summary>
internal sealed class Es256Key : JwtKey
{
    /// <summary>r and s, 32 bytes each (RFC 7518, 3.4). The other form, DER, has another length and is refused by it.</summary>
    private const int SignatureBytes = 64;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly CipherPool<ECDsa> _pool;

    private Es256Key(string? kid, ECParameters parameters, byte[] publicKey)
        : base(kid, JwtAlgorithm.ES256, publicKey)
    {
        CanSign = parameters.D is not null;
        _pool = new CipherPool<ECDsa>(() => ECDsa.Create(parameters));
    }

    public override bool CanSign { get; }

    /// <exception cref="CryptographicException">The parameters are no key: its point does not lie on the curve.</exception>
    internal static JwtKey? TryCreate(string? kid, ECParameters parameters, out string? error)
    {
        // Only the named curve: parameters that spell a curve out could describe any.
        if (!parameters.Curve.IsNamed || parameters.Curve.Oid.Value != P256)
        {
            error = "a key on the curve P-256 is expected; one on another curve came";
            return null;
        }

        using var ecdsa = ECDsa.Create(parameters);
        error = null;
        return new Es256Key(kid, parameters, ecdsa.ExportSubjectPublicKeyInfo());
    }

    internal override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
            return false;

        using var ecdsa = _pool.Rent();
        return ecdsa.Cipher.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    internal override byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        if (!CanSign)
            throw NoPrivateHalf();

        using var ecdsa = _pool.Rent();
        return ecdsa.Cipher.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
