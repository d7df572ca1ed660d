using System.Buffers.Binary;
using System.Numerics;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>CRC-32C over what a row says of itself and its payload, so that a flipped bit is told and not replayed.</summary>
internal static class Checksum
{
    internal static long Of(long stream, long last, long count, ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)stream);
        crc = BitOperations.Crc32C(crc, (ulong)last);
        crc = BitOperations.Crc32C(crc, (ulong)count);
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));

        foreach (var b in payload)
            crc = BitOperations.Crc32C(crc, b);

        return ~crc;
    }
}
