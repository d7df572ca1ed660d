using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>The header <c>Realtime-Session: id; key</c>: which session a request is about, and the secret that shows that it may be.</summary>
internal sealed record SessionCredentials(string Id, string Key)
{
    internal const string Header = "Realtime-Session";

    private const int PartCharsMax = 64;

    /// <summary>What the request says: its header, or what its ticket was made with; null: neither.</summary>
    /// <exception cref="RefusedException">The header is not what the welcome gave.</exception>
    internal static SessionCredentials? Of(HttpContext http)
    {
        var values = http.Request.Headers[Header];
        if (values.Count == 0)
            return http.Features.Get<SessionCredentials>();

        return values.Count == 1 && TryParse(values.ToString(), out var credentials)
            ? credentials
            // What came is not repeated: it may hold the key.
            : throw new RefusedException(ErrorCode.BadRequest, $"{Header} is expected once, as '<id>; <key>' with the session's id and key of the last welcome.");
    }

    /// <summary>Reads <c>id; key</c>; white space around either does not count.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out SessionCredentials? credentials)
    {
        credentials = null;
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        if (parts is not [var id, var key] || !IsName(id) || !IsName(key))
            return false;

        credentials = new SessionCredentials(id, key);
        return true;
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Id}; (secret)";

    private static bool IsName(string text) => text.Length is > 0 and <= PartCharsMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
