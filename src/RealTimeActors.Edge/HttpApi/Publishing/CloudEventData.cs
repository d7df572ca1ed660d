using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>
/// What a CloudEvent's data becomes: JSON stays the value that it is, text becomes a JSON string, other bytes a JSON string in base64, and no data is <c>null</c>.
/// </summary>
internal static class CloudEventData
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions _writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="RefusedException">The data is not what <c>datacontenttype</c> says.</exception>
    internal static ReadOnlyMemory<byte> ValueOf(CloudEvent cloudEvent)
    {
        if (cloudEvent.Value is { } value)
            return value;

        if (cloudEvent.Bytes is not { } bytes)
            return "null"u8.ToArray();

        // The specification: what does not say otherwise is JSON.
        var contentType = cloudEvent.Attributes.GetValueOrDefault("datacontenttype") ?? "application/json";
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            throw new RefusedException(ErrorCode.BadRequest, $"{cloudEvent.Which}: datacontenttype is expected to be a media type; '{contentType}' came.");

        if (ContentTypes.IsJson(type))
            return Json(cloudEvent.Which, type, bytes.Span);

        var isText = type.Type.Equals("text", StringComparison.OrdinalIgnoreCase) || type.SubType.EndsWith("xml", StringComparison.OrdinalIgnoreCase);
        return StringOf(isText ? Text(cloudEvent.Which, type, bytes.Span) : Convert.ToBase64String(bytes.Span));
    }

    private static byte[] Json(string which, MediaTypeHeaderValue type, ReadOnlySpan<byte> bytes)
    {
        ContentTypes.RequireUtf8(type);
        return JsonText.TryCompact(bytes, out var json, out var error)
            ? json
            : throw new RefusedException(ErrorCode.BadRequest, $"{which}: its data is {type.MediaType}, but no JSON. {error}");
    }

    private static string Text(string which, MediaTypeHeaderValue type, ReadOnlySpan<byte> bytes)
    {
        ContentTypes.RequireUtf8(type);
        try
        {
            return _strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(ErrorCode.BadRequest, $"{which}: its data is {type.MediaType} and expected in UTF-8; the bytes are not UTF-8.");
        }
    }

    private static ReadOnlyMemory<byte> StringOf(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 16);
        using (var json = new Utf8JsonWriter(buffer, _writerOptions))
            json.WriteStringValue(text);

        return buffer.WrittenMemory;
    }
}
