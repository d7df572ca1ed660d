using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// What a server signs of all its logs at one time: whoever keeps it can show later that a log was changed, cut or put back to an older copy. PROTOCOL.md, "Checkpoints".
/// </summary>
/// <param name="Number">1, 2, 3 … within the store.</param>
/// <param name="TimeUnixMs">When it was made.</param>
/// <param name="Channels">How many channels have a durable log.</param>
/// <param name="Root">The root over the heads of all of them, by name.</param>
/// <param name="Moved">How many of them have new events since the checkpoint before.</param>
/// <param name="MovedRoot">The root over the heads of these.</param>
/// <param name="Previous">The hash of the checkpoint before; zeros for the first.</param>
/// <param name="KeyId">Which key signs.</param>
public sealed record Checkpoint(
    long Number, long TimeUnixMs, long Channels, ReadOnlyMemory<byte> Root, long Moved, ReadOnlyMemory<byte> MovedRoot, ReadOnlyMemory<byte> Previous, string KeyId)
{
    private static ReadOnlySpan<byte> Domain => "realtime.v1.checkpoint"u8;

    /// <summary>ECDSA on P-256 with SHA-256 over <see cref="Text"/>: r and s, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>What is signed, and hashed for the checkpoint that follows.</summary>
    public byte[] Text()
    {
        var text = new byte[Domain.Length + (4 * (sizeof(int) + sizeof(long))) + (4 * sizeof(int)) + (3 * EventHash.Bytes) + Encoding.UTF8.GetByteCount(KeyId)];
        Domain.CopyTo(text);
        var at = Domain.Length;
        EventHash.Put(text, ref at, Number);
        EventHash.Put(text, ref at, TimeUnixMs);
        EventHash.Put(text, ref at, Channels);
        EventHash.Put(text, ref at, Root.Span);
        EventHash.Put(text, ref at, Moved);
        EventHash.Put(text, ref at, MovedRoot.Span);
        EventHash.Put(text, ref at, Previous.Span);
        EventHash.Put(text, ref at, KeyId);
        return text;
    }

    /// <summary>By what the next checkpoint names this one. The signature is not part of it: there may be more than one over the same text.</summary>
    public byte[] Hash() => SHA256.HashData(Text());
}
