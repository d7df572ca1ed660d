using System.Buffers.Binary;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>The salts of an event's fields, 16 bytes each, derived two at a time from the event's: the first and the second half of SHA-256 of "realtime.v1.salt" ‖ salt of the event ‖ number of the two.</summary>
internal static class FieldSalts
{
    /// <summary>What two salts are hashed from, padded: one block.</summary>
    internal const int BlockBytes = Sha256Lanes.BlockBytes;

    /// <summary>How long it is without that.</summary>
    internal const int HashedBytes = DomainBytes + EventHash.SaltBytes + sizeof(int);

    private const int DomainBytes = 16;

    /// <summary>"realtime.v1.salt", room for a salt and a number, and how 36 bytes are padded (<see cref="Sha256Lanes.Pad"/>): they are 288 bits.</summary>
    private static ReadOnlySpan<byte> Padded =>
    [
        (byte)'r', (byte)'e', (byte)'a', (byte)'l', (byte)'t', (byte)'i', (byte)'m', (byte)'e', (byte)'.', (byte)'v', (byte)'1', (byte)'.', (byte)'s', (byte)'a', (byte)'l', (byte)'t',
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x20,
    ];

    /// <summary>How many blocks give the salts of so many fields.</summary>
    internal static int Blocks(int fields) => (fields + 1) / 2;

    /// <summary>Writes a block.</summary>
    /// <param name="salt">Of the event.</param>
    /// <param name="number">Which two: 0 for the first.</param>
    /// <param name="block">Receives 64 bytes.</param>
    internal static void WriteBlock(ReadOnlySpan<byte> salt, int number, Span<byte> block)
    {
        Padded.CopyTo(block);
        salt[..EventHash.SaltBytes].CopyTo(block[DomainBytes..]);
        BinaryPrimitives.WriteInt32BigEndian(block[(DomainBytes + EventHash.SaltBytes)..], number);
    }

    /// <summary>Writes the words of a block, for the events of all lanes.</summary>
    /// <param name="salts">Of the events: 4 words.</param>
    /// <param name="number">Which two: 0 for the first.</param>
    /// <param name="block">Receives 16 words.</param>
    internal static void WriteBlock<TVector, TLanes>(ReadOnlySpan<TVector> salts, int number, Span<TVector> block)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        for (var i = 0; i < LaneRounds.BlockWords; i++)
            block[i] = TLanes.All(BinaryPrimitives.ReadUInt32BigEndian(Padded[(i * sizeof(uint))..]));

        salts.CopyTo(block[(DomainBytes / sizeof(uint))..]);
        block[(DomainBytes + EventHash.SaltBytes) / sizeof(uint)] = TLanes.All((uint)number);
    }

    /// <summary>The salts of all fields of an event.</summary>
    internal static byte[] Of(ReadOnlySpan<byte> salt, int fields)
    {
        var salts = new byte[Blocks(fields) * EventHash.Bytes];
        Span<byte> block = stackalloc byte[BlockBytes];
        for (var i = 0; i < Blocks(fields); i++)
        {
            WriteBlock(salt, i, block);
            Sha256.HashPadded(block, HashedBytes, salts.AsSpan(i * EventHash.Bytes));
        }

        return salts;
    }
}
