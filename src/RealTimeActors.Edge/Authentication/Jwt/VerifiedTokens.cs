using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>Tokens that were checked lately, by their SHA-256, so that a client which sends one with every request costs one signature. Bounded: two generations,
/// of which the older is forgotten when the younger is full.</summary>
/// <remarks>It pays: 1 µs instead of 21 (HS256), 43 (RS256) or 67 (ES256), and no hop to another thread. <c>CostTests</c> of the oracle's tests measures it.</remarks>
internal sealed class VerifiedTokens(int tokensMax = 4_096)
{
    private volatile ConcurrentDictionary<Digest, VerifiedToken> _young = new();
    private volatile ConcurrentDictionary<Digest, VerifiedToken> _old = new();

    /// <summary>Entries held now.</summary>
    internal int Count => _young.Count + _old.Count;

    /// <summary>The token as it was found to be; null: it was not seen lately.</summary>
    internal VerifiedToken? Find(string token)
    {
        var digest = Digest.Of(token);
        if (_young.TryGetValue(digest, out var verified))
            return verified;

        if (!_old.TryGetValue(digest, out verified))
            return null;

        Add(digest, verified);
        return verified;
    }

    internal void Add(string token, VerifiedToken verified) => Add(Digest.Of(token), verified);

    private void Add(Digest digest, VerifiedToken verified)
    {
        var young = _young;
        young[digest] = verified;
        if (young.Count < tokensMax / 2)
            return;

        // Two threads may do this at once: then a generation is forgotten too early, and some signatures are checked once more.
        _old = young;
        _young = new ConcurrentDictionary<Digest, VerifiedToken>();
    }

    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        internal static Digest Of(string token)
        {
            // The bytes of the string as they lie in memory: no copy.
            Span<ulong> hash = stackalloc ulong[4];
            SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), MemoryMarshal.AsBytes(hash));
            return new Digest(hash[0], hash[1], hash[2], hash[3]);
        }
    }
}
