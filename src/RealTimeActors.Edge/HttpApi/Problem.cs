using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>An answer that is an error: RFC 9457 <c>application/problem+json</c> with the contract's code and name.</summary>
internal static class Problem
{
    internal static async Task WriteAsync(HttpContext http, int status, ErrorCode code, string detail, TimeSpan? after = null)
    {
        http.RequestServices?.GetService<EngineMeters>()?.Error("http", code);
        var body = Body(status, code, detail);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling((after ?? TimeSpan.FromSeconds(1)).TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    internal static Task WriteAsync(HttpContext http, ErrorCode code, string detail, TimeSpan? after = null) =>
        WriteAsync(http, StatusOf(code), code, detail, after);

    /// <summary>The status that says about the same as the code.</summary>
    internal static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.BadRequest => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        ErrorCode.UnknownChannel => StatusCodes.Status404NotFound,
        ErrorCode.LimitExceeded or ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.PositionGone or ErrorCode.Expired => StatusCodes.Status410Gone,
        ErrorCode.Conflict or ErrorCode.FencedOrOutOfWindow => StatusCodes.Status409Conflict,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.NotEnabled => StatusCodes.Status501NotImplemented,
        ErrorCode.Overloaded or ErrorCode.Timeout => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The code's name on the wire, as <c>not_enabled</c>.</summary>
    private static byte[] Body(int status, ErrorCode code, string detail)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ErrorCodes.NameOf(code).Replace('_', ' '));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteNumber("code", (int)code);
            json.WriteString("name", ErrorCodes.NameOf(code));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
