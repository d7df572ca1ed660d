namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>Walks Protobuf fields without making anything of them.</summary>
internal static class ProtoFields
{
    /// <summary>Reads a varint at <paramref name="at"/> and moves behind it; false when it is not all there.</summary>
    internal static bool TryVarint(ReadOnlySpan<byte> bytes, scoped ref int at, out ulong value)
    {
        value = 0;
        for (int index = at, shift = 0; index < bytes.Length && shift < 70; index++, shift += 7)
        {
            value |= (ulong)(bytes[index] & 0x7F) << shift;
            if (bytes[index] >= 0x80) continue;
            at = index + 1;
            return true;
        }

        return false;
    }

    /// <summary>The next field: its number, and its number value or its bytes. False at the end, and on bytes that are no field.</summary>
    internal static bool TryNext(ReadOnlySpan<byte> message, scoped ref int at, out int number, out ulong value, out ReadOnlySpan<byte> bytes)
    {
        number = 0;
        value = 0;
        bytes = default;
        if (!TryVarint(message, ref at, out var key)) return false;

        number = (int)(key >> 3);
        switch ((int)key & 7)
        {
            case 0:
                return TryVarint(message, ref at, out value);
            case 2:
                if (!TryVarint(message, ref at, out var length) || (ulong)at + length > (ulong)message.Length) return false;
                bytes = message.Slice(at, (int)length);
                at += (int)length;
                return true;
            default:
                return false;
        }
    }
}
