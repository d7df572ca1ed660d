using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>One segment of the path as its sender meant it.</summary>
internal static class PathSegment
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The last segment of the request's path, read in the same way.</summary>
    /// <exception cref="RefusedException">It is not percent-encoded UTF-8, or has a control character.</exception>
    internal static string Last(HttpContext http, string what) => FromEnd(http, 1, what);

    /// <summary>
    /// The segment before the last of the request's path, percent-decoded once. Out of the raw target, because the server leaves <c>%2F</c> encoded, and then <c>a%2Fb</c> and
    /// <c>a%252Fb</c> could not be told apart.
    /// </summary>
    /// <exception cref="RefusedException">It is not percent-encoded UTF-8, or has a control character.</exception>
    internal static string BeforeLast(HttpContext http, string what) => FromEnd(http, 2, what);

    private static string FromEnd(HttpContext http, int place, string what)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var segments = target.Split('?')[0].TrimEnd('/').Split('/');
        var text = Decode(segments[^place], what);
        return text.Any(char.IsControl)
            ? throw new RefusedException(ErrorCode.BadRequest, $"The {what} in the path is expected to have no control characters.")
            : text;
    }

    private static string Decode(string segment, string what)
    {
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes.Add((byte)segment[i]);
            }
            else if (i + 2 < segment.Length && byte.TryParse(segment.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
            {
                bytes.Add(code);
                i += 2;
            }
            else
            {
                throw new RefusedException(ErrorCode.BadRequest, $"The {what} in the path is expected to be percent-encoded; a % without two hexadecimal digits came.");
            }
        }

        try
        {
            return _strictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(ErrorCode.BadRequest, $"The {what} in the path is expected to be percent-encoded UTF-8; its bytes are not UTF-8.");
        }
    }
}
