using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace RealTimeActors.Protocol.Framing;

/// <summary>permessage-deflate (RFC 7692) without context takeover on either side: each message by itself, so that one message never tells anything of another.</summary>
public static class MessageDeflate
{
    /// <summary>Payloads below this are sent as they are: they gain little, and compressing costs more than sending.</summary>
    public const int PayloadBytesMin = 1_024;

    /// <summary>What a compressor's flush ends with, which is not sent (RFC 7692, 7.2.1), and an empty block that ends the stream for good.</summary>
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Appends a server's message compressed, or as it is where that is not shorter.</summary>
    /// <param name="message">A complete message in one frame, not compressed and not masked.</param>
    /// <param name="to">Where it goes.</param>
    public static void Append(ReadOnlySpan<byte> message, IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var payload = message[((message[1] & 0x7F) switch { 126 => 4, 127 => WebSocketHeader.ServerBytesMax, _ => 2 })..];
        if (payload.Length < PayloadBytesMin)
        {
            to.Write(message);
            return;
        }

        var compressed = Compress(payload);
        if (compressed.Length >= payload.Length)
        {
            to.Write(message);
            return;
        }

        var header = to.GetSpan(WebSocketHeader.ServerBytesMax);
        var headerBytes = WebSocketHeader.Write(header, (WebSocketOpcode)(message[0] & 0x0F), compressed.Length);
        header[0] |= WebSocketReader.CompressedBit;
        to.Advance(headerBytes);
        to.Write(compressed);
    }

    /// <summary>Makes a payload of a compressed one.</summary>
    /// <param name="compressed">Of all frames of the message together.</param>
    /// <param name="bytesMax">The most bytes it may become: no more is ever made.</param>
    /// <param name="payload">Rented from the shared pool; the caller gives it back.</param>
    /// <param name="bytes">How much of it counts; one more than allowed where it is too long.</param>
    /// <returns>False: the bytes are not deflate.</returns>
    public static bool TryInflate(ReadOnlySpan<byte> compressed, int bytesMax, [NotNullWhen(true)] out byte[]? payload, out int bytes)
    {
        var input = ArrayPool<byte>.Shared.Rent(compressed.Length + Tail.Length);
        compressed.CopyTo(input);
        Tail.CopyTo(input.AsSpan(compressed.Length));
        payload = ArrayPool<byte>.Shared.Rent(Math.Min(bytesMax + 1, Math.Max(4_096, compressed.Length * 4)));
        bytes = 0;
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(input, 0, compressed.Length + Tail.Length, writable: false), CompressionMode.Decompress);
            while (bytes <= bytesMax)
            {
                if (bytes == payload.Length)
                    Grow(ref payload, bytesMax + 1);

                var read = inflate.Read(payload, bytes, Math.Min(payload.Length, bytesMax + 1) - bytes);
                if (read == 0)
                    break;

                bytes += read;
            }

            return true;
        }
        catch (InvalidDataException)
        {
            ArrayPool<byte>.Shared.Return(payload);
            payload = null;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> payload)
    {
        using var compressed = new MemoryStream(payload.Length / 2);
        using var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(payload);
        deflate.Flush();
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length - 4);
    }

    private static void Grow(ref byte[] payload, int bytesMax)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(bytesMax, payload.Length * 2));
        payload.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(payload);
        payload = larger;
    }
}
