using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Inspection;

/// <summary>What people who run the server look at: channels, who follows them, sessions, the server itself. Needs the right <c>admin</c>.</summary>
internal sealed class InspectionEndpoints(IEngine engine, EdgeOptions options)
{
    private const int SessionIdCharsMax = 64;
    private readonly HttpAccess _access = new(engine.Access);

    internal async Task ListChannelsAsync(HttpContext http)
    {
        // Who administers some channels only sees these.
        ContentTypes.RequireJsonAccepted(http.Request);
        var identity = _access.RequireAdminSomewhere(http);
        var prefix = Name(http.Request, "prefix");
        var after = Name(http.Request, "after");
        var limit = QueryText.Limit(http.Request);
        var page = await AskAsync<InspectionReply.Channels>(http, replyTo => new InspectionCommand.ListChannels(prefix, after, limit, identity, replyTo));
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.Write(json, page));
    }

    internal async Task ShowChannelAsync(HttpContext http)
    {
        var channel = AdministeredChannel(http);
        var page = await AskAsync<InspectionReply.Channels>(http, replyTo => new InspectionCommand.ShowChannel(channel, replyTo));
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.WriteWhole(json, page.Items[0]));
    }

    internal async Task ListFollowersAsync(HttpContext http)
    {
        var channel = AdministeredChannel(http);
        var (from, limit) = PageOf(http.Request);
        var page = await AskAsync<InspectionReply.Sessions>(http, replyTo => new InspectionCommand.ListFollowers(channel, from, limit, replyTo));
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.WriteFollowers(json, page));
    }

    internal async Task ListSessionsAsync(HttpContext http)
    {
        Admit(http);
        var user = QueryText.One(http.Request, "user");
        var (from, limit) = PageOf(http.Request);
        var page = await AskAsync<InspectionReply.Sessions>(http, replyTo => new InspectionCommand.ListSessions(user, from, limit, replyTo));
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.Write(json, page));
    }

    internal async Task ShowSessionAsync(HttpContext http)
    {
        Admit(http);
        var id = SessionIdOf(http);
        var page = await AskAsync<InspectionReply.Sessions>(http, replyTo => new InspectionCommand.ShowSession(id, replyTo));
        if (page.Items.Count == 0)
            throw NoSession(id);

        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.WriteWhole(json, page.Items[0]));
    }

    internal async Task EndSessionAsync(HttpContext http)
    {
        Admit(http);
        var id = SessionIdOf(http);
        var ended = await AskAsync<InspectionReply.Ended>(http, replyTo => new InspectionCommand.EndSession(id, replyTo));
        if (!ended.Existed)
            throw NoSession(id);

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    internal async Task ShowServerAsync(HttpContext http)
    {
        Admit(http);
        var node = await AskAsync<InspectionReply.Node>(http, replyTo => new InspectionCommand.ShowNode(replyTo));
        var notReady = engine.NotReady ?? engine.JournalDown?.Report;
        var uptime = TimeProvider.System.GetUtcNow() - engine.Description.StartedAt;
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => InspectionBodies.Write(json, engine.Description, uptime, notReady, node));
    }

    private void Admit(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _access.RequireAdmin(http);
    }

    private ChannelName AdministeredChannel(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        _access.Require(http, channel, Rights.Admin);
        return channel;
    }

    private static (SessionCursor From, int Limit) PageOf(HttpRequest request)
    {
        var after = QueryText.One(request, "after");
        return SessionCursor.TryParse(after, out var from)
            ? (from, QueryText.Limit(request))
            : throw new RefusedException(ErrorCode.BadRequest, $"after is expected to be what next was in the page before; '{after}' came.");
    }

    /// <summary>A name or the beginning of one: what could never be part of a name is a mistake, not an empty page.</summary>
    private static string Name(HttpRequest request, string parameter)
    {
        var text = QueryText.One(request, parameter) ?? "";
        return text.Length <= Limits.ChannelBytesMax + 56 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '$')
            ? text
            : throw new RefusedException(ErrorCode.BadRequest, $"{parameter} is expected to be the name of a channel, or its beginning (A-Z a-z 0-9 _ - . :); '{text}' came.");
    }

    private static string SessionIdOf(HttpContext http)
    {
        var id = http.GetRouteValue("session") as string ?? "";
        return id.Length is > 0 and <= SessionIdCharsMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? id : throw NoSession(id);
    }

    private static RefusedException NoSession(string id) =>
        new(StatusCodes.Status404NotFound, ErrorCode.BadRequest, $"There is no session '{id}'. It may have expired or ended.");

    private async Task<TReply> AskAsync<TReply>(HttpContext http, Func<IActorRef<InspectionReply>, InspectionCommand> make)
        where TReply : InspectionReply
    {
        try
        {
            return await engine.System.AskAsync(engine.Inspector, make, options.RequestTimeout, http.RequestAborted) switch
            {
                TReply reply => reply,
                InspectionReply.Refused refused => throw new RefusedException(refused.Code, refused.Message),
                var other => throw new InvalidOperationException($"The inspector answered with {other.GetType().Name}, which does not answer this request."),
            };
        }
        catch (TimeoutException)
        {
            throw new RefusedException(ErrorCode.Timeout, $"The server did not answer within {options.RequestTimeout.TotalSeconds} s; ask again.");
        }
    }
}
