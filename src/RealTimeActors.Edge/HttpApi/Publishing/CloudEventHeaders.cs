using System.Text;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>CloudEvents in binary mode: the attributes are headers <c>ce-…</c>, the body is the data, and its <c>Content-Type</c> is <c>datacontenttype</c>.</summary>
internal static class CloudEventHeaders
{
    private const string Prefix = "ce-";
    private const string Which = "The CloudEvent";
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the headers are those of a CloudEvent: one of the required ones is there.</summary>
    internal static bool AreThere(IHeaderDictionary headers) =>
        headers.ContainsKey("ce-specversion") || headers.ContainsKey("ce-id") || headers.ContainsKey("ce-source") || headers.ContainsKey("ce-type");

    /// <exception cref="RefusedException">The headers cannot be read.</exception>
    internal static CloudEvent Read(HttpRequest request, byte[] body, EdgeOptions options)
    {
        if (body.Length > options.FrameBytesMax)
            throw new RefusedException(ErrorCode.TooLarge, $"{Which} has {body.Length} bytes of data; at most {options.FrameBytesMax} are taken.");

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (header, values) in request.Headers)
        {
            if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;

            var name = header[Prefix.Length..].ToLowerInvariant();
            CloudEventAttributes.CheckName(name, Which);
            if (values.Count > 1)
                throw new RefusedException(ErrorCode.BadRequest, $"{Which}: the header ce-{name} is expected once; it came {values.Count} times.");

            if (name == "datacontenttype")
                throw new RefusedException(ErrorCode.BadRequest, $"{Which}: in binary mode Content-Type says what the data is; ce-datacontenttype is not expected.");

            attributes.Add(name, Decode(Unquote(values.ToString()), name));
        }

        if (!string.IsNullOrEmpty(request.ContentType))
            attributes["datacontenttype"] = request.ContentType;

        return new CloudEvent(Which, attributes) { Bytes = body.Length == 0 ? default(ReadOnlyMemory<byte>?) : body };
    }

    /// <summary>Older senders put values with spaces into double quotes.</summary>
    private static string Unquote(string value)
    {
        if (value is not ['"', .., '"'])
            return value;

        var text = new StringBuilder(value.Length);
        for (var i = 1; i < value.Length - 1; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length - 1)
                i++;

            text.Append(value[i]);
        }

        return text.ToString();
    }

    /// <summary>One round of percent-decoding; what it makes must be UTF-8.</summary>
    private static string Decode(string value, string name)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
            return value;

        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, 1));
                continue;
            }

            if (i + 2 >= value.Length || !byte.TryParse(value.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
                throw new RefusedException(ErrorCode.BadRequest, $"{Which}: in ce-{name} a % is expected to be followed by two hexadecimal digits (and a percent sign itself to be %25).");

            bytes.Add(code);
            i += 2;
        }

        try
        {
            return _strictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(ErrorCode.BadRequest, $"{Which}: ce-{name} is expected to be percent-encoded UTF-8; its bytes are not UTF-8.");
        }
    }
}
