using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Users;

/// <summary><c>POST /v1/users/{user}/disconnect</c> and <c>…/unsubscribe</c>: putting a user out, altogether or of some channels.</summary>
internal sealed class UserEndpoints(IEngine engine, EdgeOptions options)
{
    private const int BodyBytesMax = 4_096;
    private readonly HttpAccess _access = new(engine.Access);

    internal async Task DisconnectAsync(HttpContext http)
    {
        var user = UserOf(http);
        var (revokes, staysAway) = ReadDisconnect(await BodyAsync(http));
        var reply = await AskAsync(http, replyTo => new UserCommand.Disconnect(user, revokes, staysAway, replyTo, replyTo));
        if (reply is not UserReply.Disconnected done)
        {
            await RefuseAsync(http, reply);
            return;
        }

        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("user", done.User);
            json.WriteNumber("connections", done.Connections);
            json.WriteString("revokedBefore", done.RevokedBeforeUnixMs is { } moment ? JsonAnswer.Time(moment) : null);
            json.WriteEndObject();
        });
    }

    internal async Task UnsubscribeAsync(HttpContext http)
    {
        var user = UserOf(http);
        var channels = ReadUnsubscribe(await BodyAsync(http));
        var reply = await AskAsync(http, replyTo => new UserCommand.Unsubscribe(user, channels, replyTo, replyTo));
        if (reply is not UserReply.Unsubscribed done)
        {
            await RefuseAsync(http, reply);
            return;
        }

        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("user", done.User);
            json.WriteString("channel", channels.Text);
            json.WriteNumber("subscriptions", done.Subscriptions);
            json.WriteNumber("connections", done.Connections);
            json.WriteEndObject();
        });
    }

    private string UserOf(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _access.RequireAdmin(http);
        ContentTypes.RequireJson(http.Request);
        var user = PathSegment.BeforeLast(http, "user");
        return user.Length is >= 1 and <= Identity.UserCharsMax
            ? user
            : throw new RefusedException(ErrorCode.BadRequest, $"The name of a user is expected to have 1 to {Identity.UserCharsMax} characters; this one has {user.Length}.");
    }

    private static Task<byte[]> BodyAsync(HttpContext http) => RequestBody.ReadAsync(http.Request, BodyBytesMax, http.RequestAborted);

    private static (bool Revokes, bool StaysAway) ReadDisconnect(byte[] body)
    {
        var (revokes, staysAway) = (true, false);
        if (body.Length == 0)
            return (revokes, staysAway);

        var reader = JsonFields.OpenObject(JsonFields.Check(body), "An object with revoke and stayAway, or no body,");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "revoke":
                    revokes = JsonFields.Flag(ref reader, "The body", name, revokes);
                    break;
                case "stayAway":
                    staysAway = JsonFields.Flag(ref reader, "The body", name, staysAway);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (revokes, staysAway);
    }

    private static ChannelPattern ReadUnsubscribe(byte[] body)
    {
        var channel = JsonFields.OnlyText(body, "An object with channel", "channel");
        if (channel is null)
            throw new RefusedException(ErrorCode.BadRequest, "The body has no channel; the name of one, or a pattern, is required ('>' for all).");

        return ChannelPattern.TryParse(channel, out var pattern, out var error) ? pattern : throw new RefusedException(ErrorCode.BadRequest, error);
    }

    private async Task<UserReply> AskAsync(HttpContext http, Func<IActorRef<UserReply>, UserCommand> make)
    {
        try
        {
            return await engine.System.AskAsync(engine.Users, make, options.RequestTimeout, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new UserReply.Refused(null, ErrorCode.Timeout, $"Not everybody answered within {options.RequestTimeout.TotalSeconds} s; repeat the request, that does no harm.");
        }
    }

    private static Task RefuseAsync(HttpContext http, UserReply reply) => reply is UserReply.Refused refused
        ? Problem.WriteAsync(http, refused.Code, refused.Message)
        : throw new InvalidOperationException($"The users answered with {reply.GetType().Name}, which does not answer this request.");
}
