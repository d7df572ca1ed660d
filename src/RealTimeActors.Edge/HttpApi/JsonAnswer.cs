using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Writes an answer that is JSON: whole, with its length, kept by no cache.</summary>
internal static class JsonAnswer
{
    // Text comes out as it went in; the answers are read by programs, never put into a page as they are.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, _options))
            write(json);

        return WriteAsync(http, status, buffer.WrittenMemory, contentType);
    }

    internal static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> json, string contentType = "application/json")
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.Body.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>RFC 3339 in UTC with milliseconds, as everywhere in the contract.</summary>
    internal static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
