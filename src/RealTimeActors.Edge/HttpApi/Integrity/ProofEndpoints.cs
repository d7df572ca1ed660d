using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Integrity;

/// <summary>Proofs of single events, checkpoints, and the key that these are signed with.</summary>
internal sealed class ProofEndpoints(IEngine engine, EdgeOptions options)
{
    private const int FieldsMax = 1_000;

    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    /// <summary><c>GET /v1/channels/{channel}/events/{offset}/proof?fields=a,b</c>: whoever may read the event may have it proven.</summary>
    internal async Task ProveAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        _access.Require(http, channel, Rights.History);
        var offset = NumberOf(http, "offset");
        var fields = FieldsOf(http.Request);
        if (await RefusalOfReadingAsync(http, channel, offset) is { } refusal)
        {
            await Problem.WriteAsync(http, refusal);
            return;
        }

        switch (await AskAsync(http, replyTo => new CheckpointCommand.Prove(channel, offset, fields, replyTo)))
        {
            case CheckpointReply.Proven proven:
                await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => EventProofJson.Write(json, proven.Proof));
                break;
            case var reply:
                await Problem.WriteAsync(http, RefusalOf(reply));
                break;
        }
    }

    /// <summary><c>GET /v1/checkpoints/latest</c>; <c>?heads=true</c> for whoever administers all channels, whose names these are.</summary>
    internal async Task ShowLatestAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _ = HttpAccess.IdentityOf(http);
        var withHeads = QueryText.One(http.Request, "heads") switch
        {
            null or "false" => false,
            "true" => true,
            var word => throw new RefusedException(ErrorCode.BadRequest, $"heads is expected to be true or false; '{word}' came."),
        };
        if (withHeads)
            _access.RequireAdmin(http);

        await ShowAsync(http, await AskAsync(http, replyTo => new CheckpointCommand.ShowLatest(withHeads, replyTo)), "There is no checkpoint yet: the first follows soon after the first event.");
    }

    /// <summary><c>GET /v1/checkpoints/{number}</c>.</summary>
    internal async Task ShowAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _ = HttpAccess.IdentityOf(http);
        var number = NumberOf(http, "number");
        await ShowAsync(http, await AskAsync(http, replyTo => new CheckpointCommand.Show(number, replyTo)), $"There is no checkpoint {number}: it was not made yet, or is not kept any more.");
    }

    /// <summary><c>GET /v1/checkpoints/key</c>: the public half of the key. Whoever gets it from here trusts this server with it.</summary>
    internal async Task ShowKeyAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        _ = HttpAccess.IdentityOf(http);
        var key = engine.CheckpointKey ?? throw NotEnabled();
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("key", key.Id);
            json.WriteString("algorithm", "ES256");
            json.WriteString("pem", key.Pem);
            json.WriteEndObject();
        });
    }

    private static async Task ShowAsync(HttpContext http, CheckpointReply reply, string none)
    {
        switch (reply)
        {
            case CheckpointReply.Shown { Checkpoint: { } checkpoint } shown:
                await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => CheckpointJson.Write(json, checkpoint, shown.Heads));
                break;
            case CheckpointReply.Shown:
                await Problem.WriteAsync(http, new Refusal(ErrorCode.PositionGone, none, StatusCodes.Status404NotFound));
                break;
            default:
                await Problem.WriteAsync(http, RefusalOf(reply));
                break;
        }
    }

    /// <summary>Why the event cannot be read, as its own page of the log would say it; null: it can.</summary>
    private async Task<Refusal?> RefusalOfReadingAsync(HttpContext http, ChannelName channel, long offset)
    {
        if (await _channels.AskAsync(http, replyTo => new ChannelCommand.Read(channel, new From.Position("", offset - 1), 1, replyTo, replyTo)) is not { } reply)
            return null;

        if (reply is not ChannelReply.EventsRead page)
            return ChannelQuestions.RefusalOf(reply);

        if (page.Events.Count > 0 && page.Events[0].Offset == offset)
            return page.Events[0].Hash.IsEmpty ? new Refusal(ErrorCode.NotEnabled, $"'{channel}' is ephemeral: it has no log, and its events have no hashes.") : null;

        return offset < page.First && offset <= page.Head
            ? new Refusal(ErrorCode.PositionGone, $"Offset {offset} of '{channel}' is not retained any more; the first retained offset is {page.First} (epoch {page.Epoch}).")
            : new Refusal(ErrorCode.BadRequest, $"There is no offset {offset} in '{channel}' yet; its newest is {page.Head}.", StatusCodes.Status404NotFound);
    }

    private async Task<CheckpointReply> AskAsync(HttpContext http, Func<IActorRef<CheckpointReply>, CheckpointCommand> make)
    {
        var checkpoints = engine.Checkpoints ?? throw NotEnabled();
        try
        {
            return await engine.System.AskAsync(checkpoints, make, options.RequestTimeout, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new CheckpointReply.Refused(ErrorCode.Timeout, $"No answer came within {options.RequestTimeout.TotalSeconds} s; repeat the request.");
        }
    }

    private static RefusedException NotEnabled() => new(ErrorCode.NotEnabled, "This server makes no checkpoints and no proofs.");

    private static Refusal RefusalOf(CheckpointReply reply) => reply is CheckpointReply.Refused refused
        ? new Refusal(refused.Code, refused.Message)
        : throw new InvalidOperationException($"{reply.GetType().Name} does not answer this request.");

    private static long NumberOf(HttpContext http, string name)
    {
        var text = http.GetRouteValue(name) as string ?? "";
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Limits.IntegerMax
            ? number
            : throw new RefusedException(ErrorCode.BadRequest, $"The {name} in the path is expected to be a whole number from 1 on; '{text}' came.");
    }

    /// <summary>The names of the fields that are to be shown; null: all, where nothing is said.</summary>
    private static string[]? FieldsOf(HttpRequest request)
    {
        if (!request.Query.ContainsKey("fields"))
            return null;

        string[] names = QueryText.One(request, "fields")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return names.Length <= FieldsMax ? names : throw new RefusedException(ErrorCode.BadRequest, $"At most {FieldsMax} fields are expected; {names.Length} came.");
    }
}
