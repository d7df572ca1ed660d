using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>Reads the JSON of tokens and key sets, strictly: one object in UTF-8, bounded in depth, no name twice at any depth. Nothing in it makes it throw.</summary>
internal static class TokenJson
{
    /// <summary>The object; where it is none, says what is wrong. Dispose of it.</summary>
    internal static bool TryParse(byte[] text, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        // First the scanner that answers: the parser throws, and whoever sends garbage would choose how often.
        if (!JsonText.TryCompact(text, out var compact, out _))
        {
            error = "a JSON object in UTF-8 is expected, with no name twice and at most 32 levels deep";
            return false;
        }

        try
        {
            document = JsonDocument.Parse(compact, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            // A name with half a surrogate pair in it: it passes as a value that travels, but it is no text.
            error = "a JSON object in UTF-8 is expected, with no name twice and at most 32 levels deep";
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            error = null;
            return true;
        }

        document.Dispose();
        document = null;
        error = "a JSON object is expected; another value came";
        return false;
    }

    /// <summary>The text of a string that is one (half a surrogate pair is none) and not longer than that, in bytes.</summary>
    internal static bool TryText(JsonElement element, int bytesMax, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (element.ValueKind != JsonValueKind.String)
            return false;

        try
        {
            text = element.GetString();
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        if (text is null || Encoding.UTF8.GetByteCount(text) > bytesMax)
            text = null;

        return text is not null;
    }

    /// <summary>The member; null values count as present (a claim that is null is not absent).</summary>
    internal static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : null;
}
