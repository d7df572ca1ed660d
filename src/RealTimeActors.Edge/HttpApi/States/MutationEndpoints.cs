using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.States;

/// <summary><c>PUT</c>, <c>PATCH</c>, <c>DELETE</c> and <c>POST /v1/channels/{channel}/state/{key}</c>: changes one entry, by the channel's conflict rules.</summary>
internal sealed class MutationEndpoints(IEngine engine, EdgeOptions options, StateEndpoints states)
{
    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    internal async Task MutateAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        var key = PathSegment.Last(http, "key");
        var identity = _access.Require(http, channel, Rights.Mutate);
        if (channel.IsServerOwned)
            throw new RefusedException(ErrorCode.Forbidden, $"Names that begin with $ belong to the server; the state of '{channel}' is not changed from outside.");

        var conditions = Preconditions.OfMutation(http.Request);
        var mutation = await MutationRequest.ReadAsync(http, key, options);
        if (conditions.NeverHolds)
        {
            await RefuseWithCurrentAsync(http, channel, key);
            return;
        }

        mutation = mutation with { IfVersion = conditions.IfVersion, User = identity.User };
        var receivedAt = engine.Meters.TakesTime ? engine.System.Time.GetTimestamp() : 0;
        var reply = await _channels.AskAsync(http, replyTo => new ChannelCommand.Mutate(channel, mutation, replyTo, replyTo) { ReceivedAt = receivedAt });
        if (receivedAt > 0)
            engine.Meters.Answered("http", engine.System.Time.GetElapsedTime(receivedAt));

        if (reply is ChannelReply.Mutated { Frame: var frame })
            await AnswerAsync(http, frame, mutation);
        else
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
    }

    private static async Task AnswerAsync(HttpContext http, ServerFrame.Mutated frame, Mutation mutation)
    {
        var current = frame.Value.IsEmpty ? null : new Entry(mutation.Key, frame.Version, frame.Value);
        if (current is not null)
            http.Response.Headers.ETag = StateBodies.Tag(current.Version);

        if (frame.Result == "rejected")
        {
            await Problem.WriteAsync(http, StateBodies.Unmatched(current, frame.Reason));
            return;
        }

        // Only with If-None-Match it is known that there was none before.
        var isCreated = mutation.IfVersion == 0 && current is not null && HttpMethods.IsPut(http.Request.Method);
        await JsonAnswer.WriteAsync(http, isCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK, EventBodies.Of(frame));
    }

    /// <summary>The tag is one that no entry has: what is there is told, as with any other that does not match.</summary>
    private async Task RefuseWithCurrentAsync(HttpContext http, ChannelName channel, string key)
    {
        var reply = await states.ReadAsync(http, channel, key, null, null, 1);
        if (reply is not ChannelReply.StateRead { Entries: var entries })
        {
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
            return;
        }

        var current = entries is [var entry] ? entry : null;
        if (current is not null)
            http.Response.Headers.ETag = StateBodies.Tag(current.Version);

        await Problem.WriteAsync(http, StateBodies.Unmatched(current));
    }
}
