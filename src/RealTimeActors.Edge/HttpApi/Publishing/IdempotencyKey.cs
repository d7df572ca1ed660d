using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>
/// The header <c>Idempotency-Key</c>. The draft of the IETF makes it a quoted string; most callers send it as it is. Both are taken, and <c>"a"</c> is the same key as <c>a</c>.
/// </summary>
internal static class IdempotencyKey
{
    private const int CharactersMax = 256;

    /// <summary>The producer that the key stands for; null where there is none. Hashed: keys are of any length and may be secrets.</summary>
    /// <exception cref="RefusedException">It is no key.</exception>
    internal static string? ProducerOf(HttpRequest request) =>
        Of(request) is { } key ? OneTimeProducers.OfIdempotencyKey(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))) : null;

    /// <summary>The key itself; null where there is none.</summary>
    /// <exception cref="RefusedException">It is no key.</exception>
    internal static string? Of(HttpRequest request)
    {
        var values = request.Headers["Idempotency-Key"];
        if (values.Count > 1)
            throw new RefusedException(ErrorCode.BadRequest, $"Idempotency-Key is expected once; it came {values.Count} times.");

        var text = values.ToString();
        if (text.Length == 0)
            return null;

        var key = text[0] == '"' ? Unquote(text) : text;
        if (key.Length is 0 or > CharactersMax)
            throw new RefusedException(ErrorCode.BadRequest, $"Idempotency-Key is expected to have 1 to {CharactersMax} characters; it has {key.Length}.");

        return key;
    }

    /// <summary>A string of RFC 8941: in quotes, with a backslash before a quote or a backslash.</summary>
    private static string Unquote(string text)
    {
        var key = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
                return i == text.Length - 1 ? key.ToString() : throw NoString();

            if (text[i] == '\\' && (++i == text.Length || text[i] is not ('"' or '\\')))
                throw NoString();

            key.Append(text[i]);
        }

        throw NoString();
    }

    private static RefusedException NoString() =>
        new(ErrorCode.BadRequest, "Idempotency-Key is expected to be a key, or a key in double quotes; what came begins with a quote and does not end with it.");
}
