using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>What a body may be (415), and what an answer may be (406).</summary>
internal static class ContentTypes
{
    /// <summary>What callers say who say nothing of their own: curl's <c>-d</c>, and a page's <c>fetch</c> with a text. Which pages may send is not decided here.</summary>
    private static readonly string[] _unsaid = ["application/x-www-form-urlencoded", "text/plain"];

    /// <summary>JSON, and nothing else. No type at all, or one that tools put there by themselves, is taken for it.</summary>
    /// <exception cref="RefusedException">It is something else, or in another encoding than UTF-8.</exception>
    internal static void RequireJson(HttpRequest request)
    {
        RequireNoCoding(request);
        if (string.IsNullOrEmpty(request.ContentType))
            return;

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !(type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || _unsaid.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)))
        {
            throw Unsupported($"Content-Type: application/json is expected; '{request.ContentType}' came.");
        }

        RequireUtf8(type);
    }

    /// <summary>Text in a body is UTF-8.</summary>
    internal static void RequireUtf8(MediaTypeHeaderValue type)
    {
        var charset = type.Charset.Value?.Trim('"');
        if (!string.IsNullOrEmpty(charset)
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported($"Text in UTF-8 is expected; the charset '{charset}' came.");
        }
    }

    internal static void RequireNoCoding(HttpRequest request)
    {
        var coding = request.Headers.ContentEncoding.ToString();
        if (coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"A body as it is is expected; it came with Content-Encoding: {coding}.");
    }

    /// <summary>Whether the asker takes JSON: answers and problems are nothing else.</summary>
    /// <exception cref="RefusedException">He asked for something else only.</exception>
    internal static void RequireJsonAccepted(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var wanted) || wanted.Count == 0)
            return;

        foreach (var type in wanted)
        {
            if (type.Quality != 0 && (type.MatchesAllTypes || type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase) || IsJson(type)))
                return;
        }

        throw new RefusedException(StatusCodes.Status406NotAcceptable, ErrorCode.BadRequest, $"The answer is application/json; Accept: {accept} leaves that out.");
    }

    /// <summary>Whether the type declares JSON: <c>*/json</c> or <c>*/…+json</c>.</summary>
    internal static bool IsJson(MediaTypeHeaderValue type) =>
        type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    internal static RefusedException Unsupported(string message) => new(StatusCodes.Status415UnsupportedMediaType, ErrorCode.BadRequest, message);
}
