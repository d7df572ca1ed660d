using System.Globalization;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>Names a batch of a down stream, for <c>Last-Event-ID</c> and <c>Realtime-Next</c>: the connection it is of, and its number there, from 1. For clients it is opaque.</summary>
internal readonly record struct BatchId(string Connection, long Number)
{
    private const int CharsMax = 64;

    /// <summary>What a request says that it has: by header, or as <paramref name="parameter"/> of the address for clients that cannot set one; null: nothing yet.</summary>
    /// <exception cref="RefusedException">It is nothing that this server has given.</exception>
    internal static BatchId? Of(HttpRequest request, string parameter)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = QueryText.One(request, parameter) ?? "";

        if (text.Length == 0)
            return null;

        return TryParse(text, out var id)
            ? id
            : throw new RefusedException(ErrorCode.BadRequest, $"Last-Event-ID or {parameter} is expected to be what this server gave for one; leave it out to begin anew.");
    }

    internal static bool TryParse(string text, out BatchId id)
    {
        id = default;
        var end = text.LastIndexOf('.');
        if (end is <= 0 or > CharsMax
            || !long.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !text.AsSpan(0, end).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return false;
        }

        id = new BatchId(text[..end], number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Connection}.{Number}");
}
