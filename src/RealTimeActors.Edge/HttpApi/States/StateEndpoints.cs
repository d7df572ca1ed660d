using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.States;

/// <summary><c>GET /v1/channels/{channel}/state</c>, one entry of it, and how that came to be.</summary>
internal sealed class StateEndpoints(IEngine engine, EdgeOptions options)
{
    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    /// <summary>A page of the state, now or as of an offset. What is paged through as of the first page's offset is one state, whatever happens meanwhile.</summary>
    internal async Task ReadAllAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        var at = Admit(http, channel);
        var after = QueryText.One(http.Request, "after");
        var limit = QueryText.Limit(http.Request);

        var reply = await ReadAsync(http, channel, null, at, after, limit);
        if (reply is not ChannelReply.StateRead state)
        {
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
            return;
        }

        await AnswerAsync(http, $"\"{state.Epoch}-{state.Offset}\"", () => StateBodies.Page(state));
    }

    /// <summary>One entry, now or as of an offset.</summary>
    internal async Task ReadOneAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        var key = PathSegment.Last(http, "key");
        var at = Admit(http, channel);

        var reply = await ReadAsync(http, channel, key, at, null, 1);
        if (reply is not ChannelReply.StateRead state)
        {
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
        }
        else if (state.Entries is [var entry])
        {
            await AnswerAsync(http, StateBodies.Tag(entry.Version), () => StateBodies.Entry(state, entry));
        }
        else if (Preconditions.StatusOfRead(http.Request, null) == StatusCodes.Status412PreconditionFailed)
        {
            await Problem.WriteAsync(http, StateBodies.Unmatched(null));
        }
        else
        {
            await Problem.WriteAsync(http, StatusCodes.Status404NotFound, ErrorCode.BadRequest,
                $"There is no '{key}' in the state of '{channel}'{(at is null ? "" : $" as of offset {at}")} (it is that of offset {state.Offset}, epoch {state.Epoch}).");
        }
    }

    /// <summary>The mutations of one entry that are still in the log, in order, whatever became of them.</summary>
    internal async Task ReadHistoryAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        var key = PathSegment.BeforeLast(http, "key");
        _access.Require(http, channel, Rights.History);
        var (from, _) = QueryText.From(http.Request);
        var limit = QueryText.Limit(http.Request);

        var reply = await _channels.AskAsync(http, replyTo => new ChannelCommand.ReadHistory(channel, key, from, limit, replyTo, replyTo));

        if (reply is ChannelReply.EventsRead page)
            await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, EventBodies.Page(page).WrittenMemory);
        else
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
    }

    internal Task<ChannelReply> ReadAsync(HttpContext http, ChannelName channel, string? key, long? at, string? after, int limit) => _channels.AskAsync(
        http, replyTo => new ChannelCommand.ReadState(channel, key, at, after, limit, replyTo, replyTo) { BytesMax = options.MessageBytesMax });

    /// <summary>The present state is what whoever may subscribe is shown anyway; what was before is history.</summary>
    private long? Admit(HttpContext http, ChannelName channel)
    {
        var at = QueryText.Count(http.Request, "at");
        if (at is null)
            _access.RequireOneOf(http, channel, Rights.Subscribe | Rights.History);
        else
            _access.Require(http, channel, Rights.History);

        return at;
    }

    private static async Task AnswerAsync(HttpContext http, string etag, Func<ReadOnlyMemory<byte>> write)
    {
        var status = Preconditions.StatusOfRead(http.Request, etag);
        http.Response.Headers.ETag = etag;
        if (status == StatusCodes.Status304NotModified)
            http.Response.StatusCode = status;
        else if (status == StatusCodes.Status412PreconditionFailed)
            await Problem.WriteAsync(http, new Refusal(ErrorCode.Conflict, $"{etag} is what is there; If-Match names something else.", status));
        else
            await JsonAnswer.WriteAsync(http, status, write());
    }
}
