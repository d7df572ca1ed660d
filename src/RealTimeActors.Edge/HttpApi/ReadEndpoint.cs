using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary><c>GET /v1/channels/{channel}/events</c>: pages of the log.</summary>
internal sealed class ReadEndpoint(IEngine engine, EdgeOptions options)
{
    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    internal async Task ReadAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        _access.Require(http, channel, Rights.History);
        var (from, offset) = QueryText.From(http.Request);
        var limit = QueryText.Limit(http.Request);

        var reply = await _channels.AskAsync(http, replyTo => new ChannelCommand.Read(channel, from, limit, replyTo, replyTo));

        if (reply is not ChannelReply.EventsRead page)
        {
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
        }
        else if (offset < page.First && offset <= page.Head)
        {
            await Problem.WriteAsync(http, ErrorCode.PositionGone,
                $"Offset {offset} of '{channel}' is not retained any more; the first retained offset is {page.First} (epoch {page.Epoch}).");
        }
        else
        {
            await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, EventBodies.Page(page).WrittenMemory);
        }
    }
}
