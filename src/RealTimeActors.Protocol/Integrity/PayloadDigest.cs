using System.Buffers;
using System.Security.Cryptography;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Tells whether a publish repeated under the same producer sequence is the same publish. Everything that the publisher chooses goes in.</summary>
public static class PayloadDigest
{
    /// <summary>Bytes of a digest that are enough to remember.</summary>
    public const int Bytes = 16;

    private const int BytesOnStackMax = 1024;

    /// <summary>SHA-256 over the values, each with its length before it; as many bytes of it as <paramref name="digest"/> holds (16 to 32).</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="data">Its data, compact.</param>
    /// <param name="key">Its key, or null, which is the same as empty; so with the others.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="messageId">Its label.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="correlationId">What it belongs to.</param>
    /// <param name="ttlMs">Its time-to-live in milliseconds; 0: none.</param>
    /// <param name="digest">Receives the digest.</param>
    public static void Compute(string type, ReadOnlySpan<byte> data, string? key, Priority priority, string? messageId, string? source, string? correlationId,
        long ttlMs, Span<byte> digest)
    {
        if (digest.Length is < Bytes or > SHA256.HashSizeInBytes)
            throw new ArgumentException($"Room for {Bytes} to {SHA256.HashSizeInBytes} bytes is expected; there is room for {digest.Length}.", nameof(digest));

        var bytesMax = (8 * 4) + 8 + data.Length + 8
            + (3 * (type.Length + (key?.Length ?? 0) + (messageId?.Length ?? 0) + (source?.Length ?? 0) + (correlationId?.Length ?? 0)));
        byte[]? rented = null;
        var input = bytesMax <= BytesOnStackMax ? stackalloc byte[bytesMax] : rented = ArrayPool<byte>.Shared.Rent(bytesMax);
        var at = 0;
        EventHash.Put(input, ref at, type);
        EventHash.Put(input, ref at, data);
        EventHash.Put(input, ref at, key);
        EventHash.Put(input, ref at, Words.Of(priority));
        EventHash.Put(input, ref at, messageId);
        EventHash.Put(input, ref at, source);
        EventHash.Put(input, ref at, correlationId);
        EventHash.Put(input, ref at, ttlMs);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        Sha256.Hash(input[..at], whole);
        whole[..digest.Length].CopyTo(digest);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
