using System.Buffers.Text;
using System.Text;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Dialects;

/// <summary>What NATS sends: lines, and after a <c>MSG</c> line its payload.</summary>
internal static class NatsFrames
{
    /// <summary>The next line and, of a message, its body; <paramref name="length"/> is what both took. False while it is not all there.</summary>
    internal static bool TryNext(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body, out int length)
    {
        line = body = default;
        length = 0;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0) return false;

        line = bytes[..end];
        length = end + 2;
        if (!line.StartsWith("MSG "u8)) return true;

        // MSG <subject> <subscription> <length>
        _ = Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out int size, out _);
        if (bytes.Length < length + size + 2) return false;
        body = bytes.Slice(length, size);
        length += size + 2;
        return true;
    }

    internal static void Control(LoadConnection connection, ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("PING"u8)) connection.MustPong = true;
        else if (!line.StartsWith("INFO"u8) && !line.StartsWith("PONG"u8)) connection.Fault ??= $"NATS said {Encoding.UTF8.GetString(line)}";
    }
}
