using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary><c>POST /v1/channels/{channel}/events</c>, and <c>POST /v1/publish</c> for many channels.</summary>
internal sealed class PublishEndpoints(IEngine engine, EdgeOptions options)
{
    private readonly HttpAccess _access = new(engine.Access);
    private readonly ChannelQuestions _channels = new(engine, options);

    internal async Task PublishAsync(HttpContext http)
    {
        var request = http.Request;
        ContentTypes.RequireJsonAccepted(request);
        var identity = Admit(http, QueryText.ChannelOf(http));
        var mode = PublishModes.Of(request);
        var confirm = ConfirmQuery.Of(request);
        var key = IdempotencyKey.ProducerOf(request);
        var body = await RequestBody.ReadAsync(request, options.MessageBytesMax, http.RequestAborted);

        var (publications, isArray) = Read(request, mode, body);
        if (publications.Count == 0)
        {
            await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "[]"u8.ToArray());
            return;
        }

        // A CloudEvent is its own key: (source, id).
        publications = [.. publications.Select((publication, i) => Of(identity, publication, mode == PublishMode.Json ? key : null, i + 1))];
        var outcome = await PublishAsync(http, QueryText.ChannelOf(http), publications, confirm);

        if (outcome.Refusal is { } refusal)
            await Problem.WriteAsync(http, refusal);
        else if (confirm.Confirm == Confirm.None)
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        else
            await JsonAnswer.WriteAsync(http, StatusCodes.Status201Created, Encode(outcome.Receipts, isArray).WrittenMemory);
    }

    /// <summary>One event for many channels: each takes it or not, and the answer says which. Whether all may be published to is found out before the first is.</summary>
    internal async Task BroadcastAsync(HttpContext http)
    {
        var request = http.Request;
        ContentTypes.RequireJsonAccepted(request);
        HttpAccess.IdentityOf(http);
        ContentTypes.RequireJson(request);
        var confirm = ConfirmQuery.Of(request);
        var key = IdempotencyKey.ProducerOf(request);
        var body = await RequestBody.ReadAsync(request, options.MessageBytesMax, http.RequestAborted);
        var broadcast = BroadcastReader.Read(body, options);
        foreach (var channel in broadcast.Channels)
            Admit(http, channel);

        IReadOnlyList<Publication> publications = [Of(HttpAccess.IdentityOf(http), broadcast.Publication, key, 1)];
        var outcomes = await Task.WhenAll(broadcast.Channels.Select(channel => PublishAsync(http, channel, publications, confirm)));

        var isWhole = outcomes.All(outcome => outcome.Refusal is null);
        if (isWhole && confirm.Confirm == Confirm.None)
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        else
            await JsonAnswer.WriteAsync(http, isWhole ? StatusCodes.Status201Created : StatusCodes.Status207MultiStatus, json => Write(json, broadcast.Channels, outcomes));
    }

    private Identity Admit(HttpContext http, ChannelName channel) => channel.IsServerOwned
        ? throw new RefusedException(ErrorCode.Forbidden, $"Names that begin with $ belong to the server; nothing is published to '{channel}' from outside.")
        : _access.Require(http, channel, Rights.Publish);

    private (IReadOnlyList<Publication> Publications, bool IsArray) Read(HttpRequest request, PublishMode mode, byte[] body) => mode switch
    {
        PublishMode.CloudEvent => ([CloudEventMapping.ToPublication(CloudEventReader.ReadOne(body, options), options)], false),
        PublishMode.CloudEventBatch => (CloudEventMapping.ToPublications(CloudEventReader.ReadBatch(body, options), options), true),
        PublishMode.CloudEventHeaders => ([CloudEventMapping.ToPublication(CloudEventHeaders.Read(request, body, options), options)], false),
        _ => EventReader.Read(body, options),
    };

    /// <summary>Each event of an array is a step of the producer that a key stands for, so that a repeated array finds every one of its receipts.</summary>
    private static Publication Of(Identity identity, Publication publication, string? producer, int sequence)
    {
        if (identity.User is { } user)
            publication = publication with { User = user };

        return producer is null ? publication : publication with { ProducerId = producer, ProducerSequence = sequence };
    }

    private async Task<Outcome> PublishAsync(HttpContext http, ChannelName channel, IReadOnlyList<Publication> publications, ConfirmQuery confirm)
    {
        // "none" wants no answer, but a refusal or a full mailbox must not be lost in silence: HTTP has to say something anyway.
        var asked = confirm.Confirm == Confirm.None ? Confirm.Accepted : confirm.Confirm;
        var watch = PublishWatch.Begin(engine, channel.Value);
        var reply = await _channels.AskAsync(
            http,
            replyTo => new ChannelCommand.Publish(channel, publications, asked, replyTo, replyTo)
            {
                DeliveredCount = confirm.Count,
                DeliveredTimeout = confirm.Timeout,
                DeliveredMissing = confirm.Missing,
                ReceivedAt = watch.ReceivedAt,
                Trace = watch.Trace,
            },
            confirm.Longer(options));
        watch.End(reply);
        if (reply is not ChannelReply.Published { Receipts: var receipts })
            return new Outcome([], ChannelQuestions.RefusalOf(reply));

        return receipts.Any(receipt => receipt.Status == ReceiptStatus.Unknown)
            ? new Outcome([], new Refusal(ErrorCode.Timeout, "It could not be learnt whether the events are stored; repeat the request with the same Idempotency-Key."))
            : new Outcome(receipts, null);
    }

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

    private static void Write(Utf8JsonWriter json, IReadOnlyList<ChannelName> channels, IReadOnlyList<Outcome> outcomes)
    {
        var receipt = new ArrayBufferWriter<byte>(256);
        json.WriteStartArray();
        for (var i = 0; i < channels.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("channel", channels[i].Value);
            if (outcomes[i].Refusal is { } refusal)
            {
                json.WritePropertyName("problem");
                Problem.WriteBody(json, refusal);
            }
            else
            {
                receipt.ResetWrittenCount();
                EventBodies.Write(outcomes[i].Receipts[0], receipt);
                json.WritePropertyName("receipt");
                json.WriteRawValue(receipt.WrittenSpan, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What became of the events in one channel: receipts, or why not.</summary>
    private sealed record Outcome(IReadOnlyList<ServerFrame.Receipt> Receipts, Refusal? Refusal);
}
