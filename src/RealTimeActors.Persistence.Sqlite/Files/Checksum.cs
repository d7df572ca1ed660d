using System.Buffers.Binary;
using System.Numerics;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>CRC-32C over what a row says of itself and its payload, so that a flipped bit is told and not replayed.</summary>
internal static class Checksum
{
    /// <summary>Of a row, as it is written since version 2 of the schema: when it was written goes in, too.</summary>
    internal static long OfRow(long stream, long last, long count, long writtenMs, ReadOnlySpan<byte> payload) =>
        Of(BitOperations.Crc32C(Begin(stream, last, count), (ulong)writtenMs), payload);

    /// <summary>Whether this is the checksum of a row, of this version or the one before.</summary>
    internal static bool IsOfRow(long checksum, long stream, long last, long count, long writtenMs, ReadOnlySpan<byte> payload) =>
        checksum == OfRow(stream, last, count, writtenMs, payload) || checksum == Of(stream, last, count, payload);

    /// <summary>Of a snapshot, and of a row of version 1.</summary>
    internal static long Of(long stream, long last, long count, ReadOnlySpan<byte> payload) => Of(Begin(stream, last, count), payload);

    private static uint Begin(long stream, long last, long count)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)stream);
        crc = BitOperations.Crc32C(crc, (ulong)last);
        return BitOperations.Crc32C(crc, (ulong)count);
    }

    private static long Of(uint crc, ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));

        foreach (var b in payload)
            crc = BitOperations.Crc32C(crc, b);

        return ~crc;
    }
}
