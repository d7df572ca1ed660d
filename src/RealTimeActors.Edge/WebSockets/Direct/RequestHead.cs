using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>
/// Reads the head of a plain upgrade request: <c>GET</c> to one path over HTTP/1.1, headers of printable ASCII, nothing behind it. It does not judge: whatever is the
/// least unusual is not read, and Kestrel, which knows all of HTTP, gets it from its first byte.
/// </summary>
internal static class RequestHead
{
    /// <summary>Longer heads are left to Kestrel.</summary>
    internal const int BytesMax = 8_192;

    private const int HeadersMax = 64;

    private static readonly SearchValues<byte> _tokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What means one thing when it stands there once, and needs more knowledge of HTTP than there is here when it stands there twice.</summary>
    private static readonly string[] _single =
    [
        HeaderNames.Host, HeaderNames.Origin, HeaderNames.Authorization, HeaderNames.Upgrade, HeaderNames.Connection, HeaderNames.SecWebSocketKey, HeaderNames.SecWebSocketVersion,
    ];

    /// <summary>A body, or the wish to be asked for one.</summary>
    private static readonly string[] _never = [HeaderNames.ContentLength, HeaderNames.TransferEncoding, HeaderNames.Expect];

    /// <summary>Whether the bytes are such a head, as a whole and nothing more.</summary>
    /// <param name="bytes">Of the connection, from its first one.</param>
    /// <param name="path">The only one that is looked for.</param>
    /// <param name="headers">Of the request.</param>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, string path, [NotNullWhen(true)] out IHeaderDictionary? headers)
    {
        headers = null;
        if (!bytes.EndsWith("\r\n\r\n"u8) || bytes.IndexOf("\r\n\r\n"u8) != bytes.Length - 4)
            return false;

        var lines = bytes[..^2];
        var end = lines.IndexOf("\r\n"u8);
        if (!IsRequestLine(lines[..end], path))
            return false;

        IHeaderDictionary read = new HeaderDictionary();
        var count = 0;
        for (lines = lines[(end + 2)..]; lines.Length > 0; lines = lines[(end + 2)..])
        {
            end = lines.IndexOf("\r\n"u8);
            if (++count > HeadersMax || !TryAdd(lines[..end], read))
                return false;
        }

        headers = read;
        return read.Host.Count == 1 && Array.TrueForAll(_single, name => read[name].Count <= 1) && Array.TrueForAll(_never, name => read[name].Count == 0);
    }

    private static bool IsRequestLine(ReadOnlySpan<byte> line, string path) =>
        line.StartsWith("GET "u8) && line.EndsWith(" HTTP/1.1"u8) && line.Length > 13 && Ascii.Equals(line[4..^9], path);

    private static bool TryAdd(ReadOnlySpan<byte> line, IHeaderDictionary headers)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(_tokenBytes))
            return false;

        var value = line[(colon + 1)..].Trim(" \t"u8);
        // Also a lone CR or LF, which others may take for the end of a line.
        if (value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;

        headers.Append(Encoding.ASCII.GetString(line[..colon]), Encoding.ASCII.GetString(value));
        return true;
    }
}
