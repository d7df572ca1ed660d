using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A key and the one algorithm that it is for. A token that names another algorithm is not even tried on it.</summary>
/// <remarks>Safe for many threads. Never shows its material: <see cref="ToString"/> says the name and the algorithm.</remarks>
public abstract class JwtKey
{
    /// <summary>The fewest bytes of a shared secret: as many as the hash has (RFC 7518, 3.2).</summary>
    public const int SecretBytesMin = 32;

    private protected JwtKey(string? kid, JwtAlgorithm algorithm, ReadOnlySpan<byte> material)
    {
        Kid = kid;
        Algorithm = algorithm;
        Fingerprint = Convert.ToHexString(SHA256.HashData(material));
    }

    /// <summary>The name that tokens call it by; null: it is meant by tokens that name none.</summary>
    public string? Kid { get; }

    /// <summary>The only algorithm that it is used with.</summary>
    public JwtAlgorithm Algorithm { get; }

    /// <summary>Whether tokens can be signed with it: it is a secret, or the private half is there.</summary>
    public abstract bool CanSign { get; }

    /// <summary>Tells two keys apart without showing them.</summary>
    internal string Fingerprint { get; }

    /// <summary>A key for HS256; when the secret cannot be used, says why (and nothing of the secret).</summary>
    /// <param name="kid">Its name; null: none.</param>
    /// <param name="secret">Its UTF-8 bytes are the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="error">What is expected.</param>
    public static bool TryFromSecret(string? kid, string? secret, [NotNullWhen(true)] out JwtKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        if (!KeyNames.TryJudge(kid, out error))
            return false;

        var bytes = Encoding.UTF8.GetBytes(secret ?? "");
        if (bytes.Length < SecretBytesMin)
            error = $"a secret of at least {SecretBytesMin} bytes is expected; one of {bytes.Length} came. `openssl rand -base64 48` makes a good one";
        else if (secret!.Contains("-----BEGIN", StringComparison.Ordinal))
            // Whoever shares a public key as a secret lets everybody sign (RFC 8725, 2.1).
            error = "a secret is expected; a PEM came. Keys in PEM belong into realtime.auth.jwt.keys, with their algorithm";
        else
            key = new Hs256Key(kid, bytes);

        return key is not null;
    }

    /// <summary>A key for RS256 or ES256 from PEM (public key, private key or certificate); when it cannot be used, says why.</summary>
    /// <param name="kid">Its name; null: none.</param>
    /// <param name="algorithm">What it is for.</param>
    /// <param name="pem">The text of it, from <c>-----BEGIN</c> to <c>-----END …-----</c>.</param>
    /// <param name="key">The key.</param>
    /// <param name="error">What is expected.</param>
    public static bool TryFromPem(
        string? kid, JwtAlgorithm algorithm, string? pem, [NotNullWhen(true)] out JwtKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        return KeyNames.TryJudge(kid, out error) && PemKeys.TryRead(kid, algorithm, pem ?? "", out key, out error);
    }

    /// <inheritdoc/>
    public override string ToString() => Kid is null ? $"{Algorithm}, without kid" : $"{Algorithm}, kid {Kid}";

    /// <summary>Whether the signature is the key's, over exactly these bytes.</summary>
    internal abstract bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);

    /// <summary>Signs the bytes.</summary>
    /// <exception cref="InvalidOperationException">The private half is not here.</exception>
    internal abstract byte[] Sign(ReadOnlySpan<byte> bytes);

    private protected InvalidOperationException NoPrivateHalf() =>
        new($"The key ({this}) is only the public half; the private one is needed to sign with it.");
}
