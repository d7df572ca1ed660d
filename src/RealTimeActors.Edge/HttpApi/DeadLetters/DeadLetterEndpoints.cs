using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi.Publishing;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.DeadLetters;

/// <summary><c>GET /v1/channels/{channel}/dead-letters</c> and <c>POST …/dead-letters/replay</c>: what was given up of a channel, and publishing it again.</summary>
internal sealed class DeadLetterEndpoints(IEngine engine, EdgeOptions options)
{
    private const int BodyBytesMax = 4_096;
    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    internal async Task ReadAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var letters = LettersOf(QueryText.ChannelOf(http));
        _access.Require(http, letters, Rights.History);
        var (from, _) = QueryText.From(http.Request);
        var limit = QueryText.Limit(http.Request);

        var reply = await _channels.AskAsync(http, replyTo => new ChannelCommand.Read(letters, from, limit, replyTo, replyTo) { StartsAtFirst = true });
        if (reply is ChannelReply.EventsRead page)
            await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, EventBodies.Page(page).WrittenMemory);
        else
            await Problem.WriteAsync(http, ChannelQuestions.RefusalOf(reply));
    }

    internal async Task ReplayAsync(HttpContext http)
    {
        ContentTypes.RequireJsonAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        LettersOf(channel);
        _access.Require(http, channel, Rights.Admin);
        ContentTypes.RequireJson(http.Request);
        var (offset, after, upTo) = ReadBody(await RequestBody.ReadAsync(http.Request, BodyBytesMax, http.RequestAborted));

        switch (await AskAsync(http, channel, offset, after, upTo))
        {
            case ReplayReply.Replayed replayed:
                await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, json => Write(json, replayed));
                break;
            case ReplayReply.Refused refused:
                await Problem.WriteAsync(http, refused.Code, refused.Message);
                break;
        }
    }

    private async Task<ReplayReply> AskAsync(HttpContext http, ChannelName channel, long? offset, long after, long? upTo)
    {
        try
        {
            return await engine.System.AskAsync<ReplayCommand, ReplayReply>(
                engine.Replays,
                replyTo => new ReplayCommand.Replay(channel, offset, replyTo, replyTo) { After = after, UpTo = upTo },
                options.RequestTimeout,
                http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new ReplayReply.Refused(null, ErrorCode.Timeout, $"The replay was not done within {options.RequestTimeout.TotalSeconds} s; repeat the request: what was published is not published again.");
        }
    }

    private static ChannelName LettersOf(ChannelName channel) => DeadLetterChannel.Of(channel)
        ?? throw new RefusedException(ErrorCode.BadRequest, $"'{channel}' holds dead letters itself and has none; the channel whose events were given up is expected: '{DeadLetterChannel.OriginOf(channel)}'.");

    private static (long? Offset, long After, long? UpTo) ReadBody(byte[] body)
    {
        var (offset, all, after, upTo) = ((long?)null, false, 0L, (long?)null);
        var reader = JsonFields.Open(JsonFields.Check(body));
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Expected();

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "offset":
                    offset = OffsetOf(ref reader, name, least: 1);
                    break;
                case "all":
                    all = JsonFields.Flag(ref reader, "The body", name, all);
                    break;
                case "after":
                    after = OffsetOf(ref reader, name, least: 0);
                    break;
                case "upTo":
                    upTo = OffsetOf(ref reader, name, least: 0);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return all == offset is null ? (offset, after, upTo) : throw Expected();
    }

    private static long OffsetOf(ref Utf8JsonReader reader, string name, long least) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= least && value <= Limits.IntegerMax
            ? value
            : throw new RefusedException(ErrorCode.BadRequest, $"The body's {name} is expected to be a whole number from {least}; it is something else.");

    private static RefusedException Expected() =>
        new(ErrorCode.BadRequest, """{"offset": n} for one letter or {"all": true} for all of them is expected (with "after" and "upTo" as an earlier answer gave them); neither, or both, came.""");

    private static void Write(Utf8JsonWriter json, ReplayReply.Replayed replayed)
    {
        json.WriteStartObject();
        json.WriteNumber("replayed", replayed.Count);
        json.WriteNumber("already", replayed.Already);
        json.WriteNumber("failed", replayed.FailedCount);
        json.WriteStartArray("failures");
        foreach (var failure in replayed.Failed)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", failure.Offset);
            json.WriteString("reason", failure.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("upTo", replayed.UpTo);
        if (replayed.Next is { } next)
            json.WriteNumber("next", next);
        else
            json.WriteNull("next");

        json.WriteEndObject();
    }
}
