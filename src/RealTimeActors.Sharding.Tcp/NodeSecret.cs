using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>What all nodes of a cluster know and nobody else. It is never sent: each side proves to the other that it knows it.</summary>
/// <remarks>The key is derived slowly (PBKDF2), so that who heard a proof on a wire without TLS cannot try words fast. Take a random secret all the same, as from <c>openssl rand -base64 32</c>.</remarks>
public sealed class NodeSecret
{
    /// <summary>A shorter one is refused.</summary>
    public const int BytesMin = 16;

    private const int Rounds = 200_000;

    private readonly byte[] _key;

    /// <summary>Derives the key.</summary>
    /// <param name="text">The secret: its UTF-8 bytes count.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public NodeSecret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < BytesMin)
            throw new ArgumentException($"A secret of at least {BytesMin} bytes is expected; one of {bytes.Length} came.", nameof(text));

        _key = Rfc2898DeriveBytes.Pbkdf2(bytes, "RealTimeActors node links 1"u8, Rounds, HashAlgorithmName.SHA256, 32);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Says nothing.</summary>
    public override string ToString() => "(secret)";

    internal byte[] Prove(ReadOnlySpan<byte> transcript) => HMACSHA256.HashData(_key, transcript);
}
