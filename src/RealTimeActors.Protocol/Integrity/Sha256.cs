using System.Security.Cryptography;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// SHA-256 of one message by the library, with an object that is kept: half of what the library's static call costs is making one.
/// </summary>
/// <remarks>One for each thread, which is done with it before the call ends: what comes out depends on the message alone. <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c></remarks>
internal static class Sha256
{
    [ThreadStatic]
    private static IncrementalHash? _kept;

    /// <summary>Writes 32 bytes.</summary>
    internal static void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        var kept = _kept ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        kept.AppendData(message);
        kept.GetHashAndReset(hash);
    }
}
