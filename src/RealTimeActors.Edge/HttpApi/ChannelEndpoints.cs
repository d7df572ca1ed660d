using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi;

/// <summary><c>/v1/channels/{channel}/events</c>: publish, and read pages of the log.</summary>
internal sealed class ChannelEndpoints(IEngine engine, EdgeOptions options)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;
    private const int IdempotencyKeyCharactersMax = 256;

    private readonly HttpAccess _access = new(engine.Access);

    internal async Task PublishAsync(HttpContext http)
    {
        var request = http.Request;
        var channel = ChannelOf(http);
        if (channel.IsServerOwned)
            throw new RefusedException(ErrorCode.Forbidden, $"Names that begin with $ belong to the server; nothing is published to '{channel}' from outside.");

        var identity = _access.Require(http, channel, Rights.Publish);
        RefuseCloudEvents(request);
        var confirm = ConfirmOf(request.Query["confirm"]);
        var producer = ProducerOf(request.Headers["Idempotency-Key"]);
        var body = await RequestBody.ReadAsync(request, options.MessageBytesMax, http.RequestAborted);

        if (!EventReader.TryRead(body, options, out var publications, out var isArray, out var refusal))
        {
            await Problem.WriteAsync(http, refusal.Code, refusal.Message);
            return;
        }

        if (identity.User is { } user)
            publications = [.. publications.Select(publication => publication with { User = user })];

        if (producer is not null)
        {
            // Each event of an array is a step of the producer, so that a repeated array finds every one of its receipts.
            publications = [.. publications.Select((publication, i) => publication with { ProducerId = producer, ProducerSequence = i + 1 })];
        }

        // "none" wants no answer, but a refusal or a full mailbox must not be lost in silence: HTTP has to say something anyway.
        var asked = confirm == Confirm.None ? Confirm.Accepted : confirm;
        var watch = PublishWatch.Begin(engine, channel.Value);
        var reply = await AskAsync(http, replyTo => new ChannelCommand.Publish(channel, publications, asked, null, replyTo) { ReceivedAt = watch.ReceivedAt, Trace = watch.Trace });
        watch.End(reply);

        if (reply is not ChannelReply.Published { Receipts: var receipts })
            await RefuseAsync(http, reply);
        else if (confirm == Confirm.None)
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        else if (receipts.Any(receipt => receipt.Status == ReceiptStatus.Unknown))
            await Problem.WriteAsync(http, ErrorCode.Timeout, "It could not be learnt whether the events are stored; repeat the request with the same Idempotency-Key.");
        else
            await WriteAsync(http, StatusCodes.Status201Created, Encode(receipts, isArray));
    }

    internal async Task ReadAsync(HttpContext http)
    {
        var channel = ChannelOf(http);
        _access.Require(http, channel, Rights.History);
        var query = http.Request.Query;
        var (from, offset) = FromOf(query["from"]);
        var limit = LimitOf(query["limit"]);

        var reply = await AskAsync(http, replyTo => new ChannelCommand.Read(channel, from, limit, null, replyTo));

        if (reply is not ChannelReply.EventsRead page)
        {
            await RefuseAsync(http, reply);
        }
        else if (offset < page.First && offset <= page.Head)
        {
            await Problem.WriteAsync(http, ErrorCode.PositionGone,
                $"Offset {offset} of '{channel}' is not retained any more; the first retained offset is {page.First} (epoch {page.Epoch}).");
        }
        else
        {
            await WriteAsync(http, StatusCodes.Status200OK, Encode(page));
        }
    }

    private async Task<ChannelReply> AskAsync(HttpContext http, Func<IActorRef<ChannelReply>, ChannelCommand> make)
    {
        try
        {
            return await engine.System.AskAsync(engine.Channels, make, options.RequestTimeout, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new ChannelReply.Refused(null, ErrorCode.Timeout, $"The channel did not answer within {options.RequestTimeout.TotalSeconds} s; repeat the request.");
        }
    }

    private static Task RefuseAsync(HttpContext http, ChannelReply reply) => reply is ChannelReply.Refused refused
        ? Problem.WriteAsync(http, refused.Code, refused.Message, refused.After)
        : throw new InvalidOperationException($"The channel answered with {reply.GetType().Name}, which does not answer this request.");

    private static ChannelName ChannelOf(HttpContext http) =>
        ChannelName.TryParse(http.GetRouteValue("channel") as string, out var channel, out var error)
            ? channel
            : throw new RefusedException(ErrorCode.BadRequest, error);

    private static void RefuseCloudEvents(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true || request.Headers.ContainsKey("ce-specversion"))
            throw new RefusedException(ErrorCode.NotEnabled, "CloudEvents are not enabled in this version; send an object with type and data as application/json.");

        if (request.Headers.ContentEncoding.Count > 0)
            throw new RefusedException(ErrorCode.BadRequest, "Compressed bodies are not taken; send the JSON as it is.");
    }

    private static Confirm ConfirmOf(string? word) => word switch
    {
        null or "" or "persisted" => Confirm.Persisted,
        "none" => Confirm.None,
        "accepted" => Confirm.Accepted,
        "delivered" => Confirm.Delivered,
        _ => throw new RefusedException(ErrorCode.BadRequest, $"confirm is expected to be none, accepted, persisted or delivered; '{word}' came."),
    };

    /// <summary>The producer that an idempotency key stands for. Hashed: keys are of any length and may be secrets.</summary>
    private static string? ProducerOf(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return null;

        return key.Length <= IdempotencyKeyCharactersMax
            ? "idempotency-key:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            : throw new RefusedException(ErrorCode.BadRequest, $"Idempotency-Key has at most {IdempotencyKeyCharactersMax} characters.");
    }

    /// <summary>Where to read from; with an offset: the first one wanted, so that <c>next</c> can be handed back as it is.</summary>
    private static (From From, long? Offset) FromOf(string? text)
    {
        if (text is null or "" or "earliest")
            return (From.Earliest, null);

        if (text.StartsWith("last:", StringComparison.Ordinal) && TryCount(text.AsSpan(5), out var count))
            return (new From.Last(count), null);

        if (!TryCount(text, out var offset))
            throw new RefusedException(ErrorCode.BadRequest, $"from is expected to be earliest, an offset or last:<n>; '{text}' came.");

        offset = Math.Max(1, offset);
        return (new From.Position("", offset - 1), offset);
    }

    private static int LimitOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return LimitDefault;

        return TryCount(text, out var limit) && limit is >= 1 and <= LimitMax
            ? (int)limit
            : throw new RefusedException(ErrorCode.BadRequest, $"limit is expected to be 1 to {LimitMax}; '{text}' came.");
    }

    private static bool TryCount(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Limits.IntegerMax;

    private static ArrayBufferWriter<byte> Encode(IReadOnlyList<ServerFrame.Receipt> receipts, bool isArray)
    {
        var json = new ArrayBufferWriter<byte>(256);
        if (!isArray)
        {
            EventBodies.Write(receipts[0], json);
            return json;
        }

        for (var i = 0; i < receipts.Count; i++)
        {
            json.Write(i == 0 ? "["u8 : ","u8);
            EventBodies.Write(receipts[i], json);
        }

        json.Write("]"u8);
        return json;
    }

    private static ArrayBufferWriter<byte> Encode(ChannelReply.EventsRead page)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        json.Write("{\"epoch\":\""u8);
        json.Write(Encoding.UTF8.GetBytes(page.Epoch));
        json.Write("\",\"items\":["u8);
        for (var i = 0; i < page.Events.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);

            EventBodies.Write(page.Events[i], json);
        }

        json.Write("],\"next\":"u8);
        json.Write(Encoding.UTF8.GetBytes(page.Next?.ToString(CultureInfo.InvariantCulture) ?? "null"));
        json.Write("}"u8);
        return json;
    }

    private static async Task WriteAsync(HttpContext http, int status, ArrayBufferWriter<byte> json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.WrittenCount;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(json.WrittenMemory, http.RequestAborted);
    }
}
