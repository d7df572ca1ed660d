using Microsoft.AspNetCore.Http;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.Presence;

/// <summary><c>GET /v1/channels/{channel}/presence</c>: who is there, page by page, and how many.</summary>
internal sealed class PresenceEndpoint(IEngine engine, EdgeOptions options)
{
    private readonly HttpAccess _access = new(engine.Access);

    internal async Task ReadAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        _access.Require(http, channel, Rights.Presence);
        var after = QueryText.One(http.Request, "after");
        var limit = QueryText.Limit(http.Request);
        PresenceReply reply;
        try
        {
            reply = await engine.System.AskAsync<PresenceCommand, PresenceReply>(
                engine.Presence,
                replyTo => new PresenceCommand.Read(channel, after, limit, replyTo, replyTo) { BytesMax = options.MessageBytesMax },
                options.RequestTimeout,
                http.RequestAborted);
        }
        catch (TimeoutException)
        {
            await Problem.WriteAsync(http, ErrorCode.Timeout, $"The channel did not answer within {options.RequestTimeout.TotalSeconds} s; repeat the request.");
            return;
        }

        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, PresenceBody.Of((PresenceReply.Page)reply));
    }
}
