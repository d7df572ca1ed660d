using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.ServerSentEvents;

/// <summary><c>text/event-stream</c> (WHATWG HTML, 9.2), as far as it is written here.</summary>
internal static class EventStreamText
{
    internal const string MediaType = "text/event-stream";

    /// <exception cref="RefusedException">The asker takes no event stream.</exception>
    internal static void RequireAccepted(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var wanted) || wanted.Count == 0)
            return;

        foreach (var type in wanted)
        {
            if (type.Quality != 0 && (type.MatchesAllTypes || type.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)))
                return;
        }

        throw new RefusedException(StatusCodes.Status406NotAcceptable, ErrorCode.BadRequest, $"The answer is {MediaType}; Accept: {accept} leaves that out.");
    }

    /// <summary>Sets the headers. The stream may be as slow as its reader: who does not read at all is found otherwise.</summary>
    internal static void Begin(HttpContext http)
    {
        DownStreams.Prepare(http.Response, MediaType);
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
