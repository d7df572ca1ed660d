using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>The public half of the key that checkpoints are signed with: ECDSA on P-256.</summary>
public sealed class CheckpointKey
{
    private const int SignatureBytes = 64;
    private const int PemCharsMax = 16_384;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECParameters _parameters;

    private CheckpointKey(ECParameters parameters, byte[] info, string pem)
    {
        _parameters = parameters;
        Pem = pem;
        Id = Convert.ToHexStringLower(SHA256.HashData(info).AsSpan(0, 8));
    }

    /// <summary>The first 8 bytes of SHA-256 over the key as a SubjectPublicKeyInfo, in hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The key as PEM, <c>PUBLIC KEY</c>.</summary>
    public string Pem { get; }

    /// <summary>Reads a key from PEM. Of a private key only the public half is taken.</summary>
    /// <param name="pem"><c>PUBLIC KEY</c>, <c>PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>.</param>
    /// <param name="key">The key.</param>
    /// <param name="error">What was expected, and what came.</param>
    public static bool TryParse(string pem, [NotNullWhen(true)] out CheckpointKey? key, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(pem);
        key = null;
        try
        {
            if (pem.Length > PemCharsMax)
                throw new ArgumentException("too long");

            using var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            var parameters = ecdsa.ExportParameters(includePrivateParameters: false);
            if (!parameters.Curve.IsNamed || parameters.Curve.Oid.Value != P256)
            {
                error = "a key on the curve P-256 is expected; one on another curve came";
                return false;
            }

            key = new CheckpointKey(parameters, ecdsa.ExportSubjectPublicKeyInfo(), ecdsa.ExportSubjectPublicKeyInfoPem());
            error = null;
            return true;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            error = "a key on the curve P-256 is expected as PEM (PUBLIC KEY, PRIVATE KEY or EC PRIVATE KEY, without a password); what came cannot be read as one";
            return false;
        }
    }

    /// <summary>Whether the checkpoint is signed with this key.</summary>
    public bool Verifies(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.KeyId != Id || checkpoint.Signature.Length != SignatureBytes)
            return false;

        using var ecdsa = ECDsa.Create(_parameters);
        return ecdsa.VerifyData(checkpoint.Text(), checkpoint.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
