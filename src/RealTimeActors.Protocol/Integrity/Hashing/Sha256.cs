using System.Security.Cryptography;

namespace RealTimeActors.Protocol.Integrity.Hashing;

/// <summary>
/// SHA-256 of one message: a short one by <see cref="Libcrypto"/> where that is there, otherwise by .NET with an object that is kept: half of what its static call costs is making one.
/// </summary>
/// <remarks>One for each thread, which is done with it before the call ends: what comes out depends on the message alone. <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c></remarks>
internal static class Sha256
{
    /// <summary>How long a hash is.</summary>
    internal const int Bytes = 32;

    [ThreadStatic]
    private static IncrementalHash? _kept;

    /// <summary>Writes 32 bytes.</summary>
    internal static void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        if (message.Length > Libcrypto.BytesMax || !Libcrypto.IsThere)
        {
            HashByFramework(message, hash);
            return;
        }

        Span<byte> padded = stackalloc byte[Sha256Lanes.PaddedBytes(message.Length)];
        message.CopyTo(padded);
        Sha256Lanes.Pad(padded, message.Length);
        Libcrypto.HashBlocks(padded, hash);
    }

    /// <summary>The same for a message that lies where <see cref="Sha256Lanes.Pad"/> has been: nothing is copied.</summary>
    /// <param name="padded">The message, and what makes whole blocks of it.</param>
    /// <param name="length">Of the message.</param>
    /// <param name="hash">Receives 32 bytes.</param>
    internal static void HashPadded(ReadOnlySpan<byte> padded, int length, Span<byte> hash)
    {
        if (padded.Length <= Libcrypto.BytesMax && Libcrypto.IsThere)
            Libcrypto.HashBlocks(padded, hash);
        else
            HashByFramework(padded[..length], hash);
    }

    /// <summary>The same, whatever else there is.</summary>
    internal static void HashByFramework(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        var kept = _kept ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        kept.AppendData(message);
        kept.GetHashAndReset(hash);
    }
}
