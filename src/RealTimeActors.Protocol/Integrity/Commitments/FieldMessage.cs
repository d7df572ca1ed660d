using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>What the commitment to a field is the hash of: its salt ‖ the length of its name (4 bytes, big-endian) ‖ the name ‖ its value.</summary>
internal static class FieldMessage
{
    /// <summary>What is not longer is one block when it is padded.</summary>
    private const int ShortMax = Sha256Lanes.BlockBytes - 1 - sizeof(long);

    /// <summary>The salt and the length come before the name.</summary>
    private const int NameAt = EventHash.SaltBytes + sizeof(int);

    /// <summary>How long it is.</summary>
    internal static int Bytes(ObjectField field) => NameAt + field.NameLength + field.ValueLength;

    /// <summary>How long the messages of so many fields are at most, padded, and what <see cref="WriteShort"/> writes behind the last.</summary>
    /// <param name="fields">How many.</param>
    /// <param name="textBytes">How long the text is that they are in.</param>
    internal static int PaddedBytesMax(int fields, int textBytes) => textBytes + (fields * (NameAt + Sha256Lanes.BlockBytes + sizeof(long))) + (2 * Sha256Lanes.BlockBytes);

    /// <summary>Whether it is one block when it is padded.</summary>
    internal static bool IsShort(ObjectField field) => Bytes(field) <= ShortMax;

    /// <summary>Writes all but the salt of a short one, padded, by the vector: each piece is written with what follows it in the text, and what is too much is overwritten by the next, at last by the next block.</summary>
    /// <param name="texts">Where the field lies, and <see cref="ObjectFields.SlackBytes"/> behind it. That was looked at when it was found, and is not for each of the writes: it cost as much as the writes (<c>-- hashes</c>).</param>
    /// <param name="field">A short one.</param>
    /// <param name="twoBlocks">Begins with room for the salt. Receives a block, and is written over behind it.</param>
    /// <returns>How many bytes it has, padded.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteShort(ref byte texts, ObjectField field, Span<byte> twoBlocks)
    {
        var length = Bytes(field);
        ref var to = ref MemoryMarshal.GetReference(twoBlocks);
        BinaryPrimitives.WriteInt32BigEndian(twoBlocks[EventHash.SaltBytes..], field.NameLength);
        Vector256.LoadUnsafe(ref texts, (nuint)field.NameStart).StoreUnsafe(ref to, NameAt);
        if (field.NameLength > Vector256<byte>.Count)
            Vector512.LoadUnsafe(ref texts, (nuint)field.NameStart).StoreUnsafe(ref to, NameAt);

        Vector512.LoadUnsafe(ref texts, (nuint)field.ValueStart).StoreUnsafe(ref to, (nuint)(NameAt + field.NameLength));
        Vector512<byte>.Zero.StoreUnsafe(ref to, (nuint)length);
        Unsafe.Add(ref to, length) = 0x80;
        BinaryPrimitives.WriteInt16BigEndian(twoBlocks[(Sha256Lanes.BlockBytes - sizeof(short))..], (short)(8 * length));
        return Sha256Lanes.BlockBytes;
    }

    /// <summary>The same for any.</summary>
    /// <param name="texts">Where the field lies.</param>
    /// <param name="field">Of any length.</param>
    /// <param name="to">Begins with room for the salt.</param>
    /// <returns>How many bytes it has, padded.</returns>
    internal static int WriteLong(ReadOnlySpan<byte> texts, ObjectField field, Span<byte> to)
    {
        var length = Bytes(field);
        var padded = to[..Sha256Lanes.PaddedBytes(length)];
        BinaryPrimitives.WriteInt32BigEndian(padded[EventHash.SaltBytes..], field.NameLength);
        texts.Slice(field.NameStart, field.NameLength).CopyTo(padded[NameAt..]);
        texts.Slice(field.ValueStart, field.ValueLength).CopyTo(padded[(NameAt + field.NameLength)..]);
        Sha256Lanes.Pad(padded, length);
        return padded.Length;
    }
}
