using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>CRC-32C over the name of the stream, what a row or snapshot says of its place, and its payload, so that what was changed or put elsewhere is told and not replayed.</summary>
internal static class Checksum
{
    internal static int Of(string stream, long last, int count, ReadOnlySpan<byte> payload)
    {
        // No stream has a longer name than 512 bytes.
        Span<byte> name = stackalloc byte[512];
        var crc = Of(uint.MaxValue, name[..Encoding.UTF8.GetBytes(stream, name)]);
        crc = BitOperations.Crc32C(crc, (ulong)last);
        crc = BitOperations.Crc32C(crc, (uint)count);
        return (int)~Of(crc, payload);
    }

    private static uint Of(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);

        return crc;
    }
}
