using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>Reads keys from PEM: <c>PUBLIC KEY</c>, <c>PRIVATE KEY</c>, their older forms for RSA and elliptic curves, or a <c>CERTIFICATE</c>.</summary>
internal static class PemKeys
{
    private const int TextMax = 65_536;
    private const string Forms = "PUBLIC KEY, PRIVATE KEY, RSA PUBLIC KEY, RSA PRIVATE KEY, EC PRIVATE KEY or CERTIFICATE";

    internal static bool TryRead(
        string? kid, JwtAlgorithm algorithm, string pem, [NotNullWhen(true)] out JwtKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        if (algorithm == JwtAlgorithm.HS256)
        {
            error = "a key for RS256 or ES256 is expected as PEM; HS256 has a secret";
            return false;
        }

        if (pem.Length > TextMax || !PemEncoding.TryFind(pem, out var fields))
        {
            error = $"a PEM ({Forms}) is expected; what came is none";
            return false;
        }

        if (pem[fields.Label] == "ENCRYPTED PRIVATE KEY")
        {
            error = "a key without a password is expected; an encrypted one came";
            return false;
        }

        try
        {
            key = algorithm == JwtAlgorithm.RS256 ? ReadRsa(kid, pem, fields, out error) : ReadEcdsa(kid, pem, fields, out error);
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            error = algorithm == JwtAlgorithm.RS256
                ? $"an RSA key ({Forms}) is expected for RS256; what came cannot be read as one"
                : $"a key on the curve P-256 ({Forms}) is expected for ES256; what came cannot be read as one";
        }

        // Where there is a key there is no error, and the other way round.
        error ??= key is null ? "a key is expected; none came" : null;
        return key is not null;
    }

    private static JwtKey? ReadRsa(string? kid, string pem, PemFields fields, out string? error)
    {
        using var certificate = IsCertificate(pem, fields) ? X509Certificate2.CreateFromPem(pem) : null;
        using var rsa = certificate is null ? RSA.Create() : certificate.GetRSAPublicKey() ?? throw new CryptographicException("The certificate has no RSA key.");
        if (certificate is null)
            rsa.ImportFromPem(pem);

        return Rs256Key.TryCreate(kid, rsa.ExportParameters(certificate is null && HasPrivateHalf(pem)), out error);
    }

    private static JwtKey? ReadEcdsa(string? kid, string pem, PemFields fields, out string? error)
    {
        using var certificate = IsCertificate(pem, fields) ? X509Certificate2.CreateFromPem(pem) : null;
        using var ecdsa = certificate is null ? ECDsa.Create() : certificate.GetECDsaPublicKey() ?? throw new CryptographicException("The certificate has no such key.");
        if (certificate is null)
            ecdsa.ImportFromPem(pem);

        return Es256Key.TryCreate(kid, ecdsa.ExportParameters(certificate is null && HasPrivateHalf(pem)), out error);
    }

    private static bool IsCertificate(string pem, PemFields fields) => pem[fields.Label] == "CERTIFICATE";

    // Anywhere: `openssl ecparam -genkey` puts EC PARAMETERS before the key.
    private static bool HasPrivateHalf(string pem) => pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
}
