using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Reads what stands in an address: the channel, and the words and numbers of its query. Everything that is not as expected is refused with what was expected.</summary>
internal static class QueryText
{
    internal const int LimitDefault = 100;
    internal const int LimitMax = 1_000;

    internal static ChannelName ChannelOf(HttpContext http) =>
        ChannelName.TryParse(http.GetRouteValue("channel") as string, out var channel, out var error)
            ? channel
            : throw new RefusedException(ErrorCode.BadRequest, error);

    internal static int Limit(HttpRequest request)
    {
        var text = One(request, "limit");
        if (text is null)
            return LimitDefault;

        return TryCount(text, out var limit) && limit is >= 1 and <= LimitMax
            ? (int)limit
            : throw new RefusedException(ErrorCode.BadRequest, $"limit is expected to be 1 to {LimitMax}; '{text}' came.");
    }

    internal static Confirm Confirm(HttpRequest request) => One(request, "confirm") switch
    {
        null or "persisted" => Protocol.Frames.Confirm.Persisted,
        "none" => Protocol.Frames.Confirm.None,
        "accepted" => Protocol.Frames.Confirm.Accepted,
        "delivered" => Protocol.Frames.Confirm.Delivered,
        var word => throw new RefusedException(ErrorCode.BadRequest, $"confirm is expected to be none, accepted, persisted or delivered; '{word}' came."),
    };

    /// <summary>A parameter that is a whole number.</summary>
    internal static long Count(string name, string text) =>
        TryCount(text, out var count) ? count : throw new RefusedException(ErrorCode.BadRequest, $"{name} is expected to be a whole number; '{text}' came.");

    /// <summary>Where to follow from: as where to read from, or from now on, which is the default.</summary>
    internal static From FromOrNow(HttpRequest request) =>
        One(request, "from") is null or "now" ? Protocol.Frames.From.Now : From(request, "now, ").From;

    /// <summary>Where to read from; with an offset: the first one wanted, so that <c>next</c> can be handed back as it is.</summary>
    /// <param name="request">Its parameter <c>from</c>.</param>
    /// <param name="besides">What is taken besides, for the message.</param>
    internal static (From From, long? Offset) From(HttpRequest request, string besides = "")
    {
        var text = One(request, "from");
        if (text is null or "earliest")
            return (Protocol.Frames.From.Earliest, null);

        if (text.StartsWith("last:", StringComparison.Ordinal) && TryCount(text.AsSpan(5), out var count))
            return (new From.Last(count), null);

        if (!TryCount(text, out var offset))
            throw new RefusedException(ErrorCode.BadRequest, $"from is expected to be {besides}earliest, an offset or last:<n>; '{text}' came.");

        offset = Math.Max(1, offset);
        return (new From.Position("", offset - 1), offset);
    }

    /// <summary>A whole number from 0 on; null: there is none.</summary>
    internal static long? Count(HttpRequest request, string name)
    {
        var text = One(request, name);
        if (text is null)
            return null;

        return TryCount(text, out var value)
            ? value
            : throw new RefusedException(ErrorCode.BadRequest, $"{name} is expected to be a whole number from 0 to 2^53-1; '{text}' came.");
    }

    /// <summary>A whole number, negative ones too; null: there is none.</summary>
    internal static long? SignedCount(HttpRequest request, string name)
    {
        var text = One(request, name);
        if (text is null)
            return null;

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value is >= -Limits.IntegerMax and <= Limits.IntegerMax
            ? value
            : throw new RefusedException(ErrorCode.BadRequest, $"{name} is expected to be a whole number (milliseconds since 1970), up to 2^53-1; '{text}' came.");
    }

    /// <summary>The one value of a parameter; null where it is absent or empty.</summary>
    /// <exception cref="RefusedException">It comes twice.</exception>
    internal static string? One(HttpRequest request, string name)
    {
        var values = request.Query[name];
        return values.Count <= 1
            ? string.IsNullOrEmpty(values.ToString()) ? null : values.ToString()
            : throw new RefusedException(ErrorCode.BadRequest, $"{name} is expected once; it came {values.Count} times.");
    }

    private static bool TryCount(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Limits.IntegerMax;
}
