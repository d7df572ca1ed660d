using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// Version 1 of the hash that chains the events of a log, and of the commitment to their data. PROTOCOL.md, "The hash", has the layout and an example.
/// </summary>
public static partial class EventHash
{
    /// <summary>Bytes of a hash, and of a commitment.</summary>
    public const int Bytes = Sha256.Bytes;

    /// <summary>Bytes of the random salt of an event.</summary>
    public const int SaltBytes = 16;

    private const byte Version = 1;
    internal const byte KindOther = 0;
    internal const byte KindObject = 1;
    private const int BytesOnStackMax = 1024;

    /// <summary>The hash of an event.</summary>
    /// <param name="e">The event; its <see cref="ChannelEvent.Data"/>, <see cref="ChannelEvent.Hash"/> and session do not go in.</param>
    /// <param name="epoch">The life of the log that it stands in.</param>
    /// <param name="commitment">To its data, from <see cref="Commit"/>.</param>
    /// <param name="previousHash">Of the event before it; 32 zeros for offset 1.</param>
    /// <param name="hash">Receives 32 bytes.</param>
    public static void Compute(ChannelEvent e, string epoch, ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> previousHash, Span<byte> hash)
    {
        var bytesMax = InputBytesMax(e, epoch);
        byte[]? rented = null;
        var input = bytesMax <= BytesOnStackMax ? stackalloc byte[bytesMax] : rented = ArrayPool<byte>.Shared.Rent(bytesMax);

        var at = 0;
        WriteLog(input, ref at, e.Channel, epoch);
        WriteEvent(input, ref at, e, commitment);
        previousHash[..Bytes].CopyTo(input[at..]);
        at += Bytes;
        var padded = input[..Sha256Lanes.PaddedBytes(at)];
        Sha256Lanes.Pad(padded, at);
        Sha256.HashPadded(padded, at, hash);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>How many bytes the input takes at most, padded.</summary>
    private static int InputBytesMax(ChannelEvent e, string epoch) =>
        Sha256Lanes.PaddedBytes(1 + (13 * sizeof(uint)) + (2 * sizeof(long)) + (2 * Bytes) + Words.Of(e.Priority).Length
            + (3 * (e.Channel.Length + epoch.Length + e.Id.Length + e.Type.Length + Length(e.User) + Length(e.Key) + Length(e.Source) + Length(e.CorrelationId))));

    /// <summary>How the input begins: the same for all events of a log.</summary>
    private static void WriteLog(Span<byte> input, ref int at, string channel, string epoch)
    {
        input[0] = Version;
        at = 1;
        Put(input, ref at, channel);
        Put(input, ref at, epoch);
    }

    /// <summary>How it goes on, up to where the previous hash is put in: its length is written.</summary>
    private static void WriteEvent(Span<byte> input, ref int at, ChannelEvent e, ReadOnlySpan<byte> commitment)
    {
        Put(input, ref at, e.Offset);
        Put(input, ref at, e.Id);
        Put(input, ref at, e.Type);
        Put(input, ref at, e.TimeUnixMs);
        Put(input, ref at, e.User);
        Put(input, ref at, e.Key);
        Put(input, ref at, e.Source);
        Put(input, ref at, e.CorrelationId);
        Put(input, ref at, Words.Of(e.Priority));
        Put(input, ref at, commitment);
        BinaryPrimitives.WriteInt32BigEndian(input[at..], Bytes);
        at += sizeof(int);
    }

    /// <summary>A length (4 bytes, big-endian), then the bytes.</summary>
    internal static void Put(Span<byte> to, ref int at, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(to[at..], bytes.Length);
        bytes.CopyTo(to[(at + 4)..]);
        at += 4 + bytes.Length;
    }

    /// <summary>The same for text as UTF-8; absent is empty.</summary>
    internal static void Put(Span<byte> to, ref int at, string? text)
    {
        var bytes = 0;
        if (!string.IsNullOrEmpty(text) && Ascii.FromUtf16(text, to[(at + 4)..], out bytes) != OperationStatus.Done)
            bytes = Encoding.UTF8.GetBytes(text, to[(at + 4)..]);

        BinaryPrimitives.WriteInt32BigEndian(to[at..], bytes);
        at += 4 + bytes;
    }

    /// <summary>The same for a number of 8 bytes, big-endian.</summary>
    internal static void Put(Span<byte> to, ref int at, long number)
    {
        BinaryPrimitives.WriteInt32BigEndian(to[at..], sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(to[(at + 4)..], number);
        at += 4 + sizeof(long);
    }

    private static int Length(string? text) => text?.Length ?? 0;
}
