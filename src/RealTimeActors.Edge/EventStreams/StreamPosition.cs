using System.Globalization;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>How far a reader of a plain stream is: everything up to this offset, in this life of the log. As text <c>&lt;epoch&gt;-&lt;offset&gt;</c>, the <c>id:</c> of an event.</summary>
internal readonly record struct StreamPosition(string Epoch, long Offset)
{
    private const int EpochCharsMax = 64;

    /// <summary>Where the request says it is (<c>Last-Event-ID</c>, or <c>?lastEventId=</c> for tools that cannot set it); null: it does not say.</summary>
    /// <exception cref="RefusedException">It is no position of ours.</exception>
    internal static StreamPosition? Of(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = QueryText.One(request, "lastEventId") ?? "";

        if (text.Length == 0)
            return null;

        return TryParse(text, out var position)
            ? position
            : throw new RefusedException(ErrorCode.BadRequest, "Last-Event-ID is expected to be <epoch>-<offset>, as the id of an event of this stream.");
    }

    internal static bool TryParse(string text, out StreamPosition position)
    {
        position = default;
        var end = text.LastIndexOf('-');
        if (end is <= 0 or > EpochCharsMax
            || !text.AsSpan(0, end).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            || !long.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || offset > Limits.IntegerMax)
        {
            return false;
        }

        position = new StreamPosition(text[..end], offset);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Offset}");
}
