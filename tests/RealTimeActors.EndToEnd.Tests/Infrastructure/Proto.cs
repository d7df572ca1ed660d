using System.Text;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>Protobuf by hand, after the schema of the wire contract and nothing else.</summary>
internal static class Proto
{
    internal static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    internal static byte[] Bytes(int field, params byte[][] parts)
    {
        var value = parts.SelectMany(part => part).ToArray();
        return [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];
    }

    internal static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    internal static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));

        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>Reads a varint and moves on behind it.</summary>
    internal static ulong ReadVarint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
