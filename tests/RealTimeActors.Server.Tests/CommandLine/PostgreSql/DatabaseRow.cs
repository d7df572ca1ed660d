using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace RealTimeActors.Server.Tests.CommandLine.PostgreSql;

/// <summary>A row as it stands in the database.</summary>
internal sealed record DatabaseRow(string Name, long Stream, long Last, int Count, int Checksum, byte[] Payload)
{
    /// <summary>The same row with the checksum that belongs to it, as the README of the store describes it: who changes a row on purpose makes it right again.</summary>
    internal DatabaseRow Right()
    {
        var crc = Of(uint.MaxValue, Encoding.UTF8.GetBytes(Name));
        crc = BitOperations.Crc32C(crc, (ulong)Last);
        crc = BitOperations.Crc32C(crc, (uint)Count);
        return this with { Checksum = (int)~Of(crc, Payload) };
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
