using System.Diagnostics.CodeAnalysis;
using System.Text;
using RealTimeActors.Client;
using RealTimeActors.Edge;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>Publishes without a connection: straight to the channel, and the answer straight back.</summary>
/// <param name="engine">Where the channels are.</param>
/// <param name="options">The bounds: the same as over HTTP.</param>
/// <param name="deliveredTimeout">How long a channel waits for deliveries where the publisher does not say.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back.")]
internal sealed class Publisher(IEngine engine, EdgeOptions options, TimeSpan deliveredTimeout)
{
    /// <summary>Publishes that are with their channels. The next one waits: that is the back-pressure which a connection has from its window.</summary>
    private const int InFlightMax = 10_000;

    /// <summary>As the wire has it: what a frame has besides its texts and its data.</summary>
    private const int FrameBytesAtLeast = 60;

    /// <summary>So long after its publisher has given up, an unanswered publish no longer takes a place: its channel is gone.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(1);

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SemaphoreSlim _room = new(InFlightMax);

    /// <summary>Publishes one event, or several as one atomic append.</summary>
    /// <exception cref="RealTimeException">It was refused, or its fate could not be learnt.</exception>
    internal async Task<IReadOnlyList<Receipt>> PublishAsync(
        string channel, IReadOnlyList<(string Type, ReadOnlyMemory<byte> Data)> events, PublishOptions publish, CancellationToken cancellationToken)
    {
        var name = NameOf(channel);
        if (publish.Confirm == Confirm.None)
            throw new ArgumentException($"A receipt is never given with {nameof(Confirm)}.{nameof(Confirm.None)}; {nameof(Confirm)}.{nameof(Confirm.Accepted)} waits for nothing but room.", nameof(publish));

        if (events.Count == 0 || events.Count > options.ArrayEventsMax)
            throw new ArgumentException($"1 to {options.ArrayEventsMax} events are expected (realtime.limits.array-events); {events.Count} came.", nameof(events));

        if (DeliveredTime.FaultOf(publish.Confirm, (long)Math.Ceiling((publish.DeliveredTimeout ?? TimeSpan.Zero).TotalMilliseconds)) is { } tooLong)
            throw new RealTimeException((int)ErrorCode.BadRequest, tooLong);

        var publications = events.Select(e => PublicationOf(e.Type, e.Data, publish)).ToArray();
        await _room.WaitAsync(cancellationToken);
        var pending = new PendingPublish();
        engine.Channels.Tell(new ChannelCommand.Publish(name, publications, publish.Confirm, pending, pending)
        {
            DeliveredCount = publish.DeliveredCount ?? 0,
            DeliveredTimeout = publish.DeliveredTimeout ?? TimeSpan.Zero,
            DeliveredMissing = publish.DeliveredMissing,
        });
        // The channel itself ends the wait for deliveries; what is added is the time for everything else.
        var within = publish.Confirm == Confirm.Delivered ? options.RequestTimeout + (publish.DeliveredTimeout ?? deliveredTimeout) : options.RequestTimeout;
        var reply = AwaitAsync(channel, pending, within, cancellationToken);
        GiveBackRoom(pending, within);
        return ReceiptsOf(await reply);
    }

    /// <exception cref="ArgumentException">It is no name.</exception>
    /// <exception cref="RealTimeException">It is a name of the server's own.</exception>
    private static ChannelName NameOf(string channel)
    {
        if (!ChannelName.TryParse(channel, out var name, out var error))
            throw new ArgumentException(error, nameof(channel));

        return name.IsServerOwned
            ? throw new RealTimeException((int)ErrorCode.Forbidden, $"Names that begin with $ belong to the server; nothing is published to '{channel}' from outside.")
            : name;
    }

    private static async Task<ChannelReply> AwaitAsync(string channel, PendingPublish pending, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            return await pending.Reply.WaitAsync(within, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RealTimeException(
                (int)ErrorCode.Timeout, $"The channel '{channel}' did not answer within {within.TotalSeconds} s (realtime.http.request-timeout).", mayBeInLog: true);
        }
    }

    /// <summary>The place is taken until the channel holds nothing of it any more, whether its publisher still waits or not.</summary>
    private void GiveBackRoom(PendingPublish pending, TimeSpan within)
    {
        if (pending.Settled.IsCompleted)
            _room.Release();
        else
            _ = GiveBackRoomAsync(pending, within);
    }

    private async Task GiveBackRoomAsync(PendingPublish pending, TimeSpan within)
    {
        try
        {
            await pending.Settled.WaitAsync(within + _grace);
        }
        catch (TimeoutException)
        {
            // Its channel ended without an answer.
        }
        finally
        {
            _room.Release();
        }
    }

    private static Receipt[] ReceiptsOf(ChannelReply reply)
    {
        switch (reply)
        {
            case ChannelReply.Published { Receipts: var receipts } when receipts.Any(receipt => receipt.Status == ReceiptStatus.Unknown):
                throw new RealTimeException((int)ErrorCode.Timeout, "It could not be learnt whether the event is stored.", mayBeInLog: true);
            case ChannelReply.Published { Receipts: var receipts }:
                return [.. receipts.Select(Receipt.From)];
            case ChannelReply.Refused refused:
                throw new RealTimeException((int)refused.Code, refused.Message, refused.Code is ErrorCode.Internal or ErrorCode.Timeout);
            default:
                throw new InvalidOperationException($"The channel answered with {reply.GetType().Name}, which does not answer a publish.");
        }
    }

    private Publication PublicationOf(string type, ReadOnlyMemory<byte> data, PublishOptions publish)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        if (ServerTypes.FaultOf(type) is { } fault)
            throw new RealTimeException((int)ErrorCode.BadRequest, fault);

        if (!JsonText.TryCompact(data.Span, out var compact, out var error))
            throw new ArgumentException(error, nameof(data));

        var bytes = FrameBytesAtLeast + compact.Length + BytesOf(type, nameof(type)) + BytesOf(publish.Key, nameof(publish.Key))
            + BytesOf(publish.MessageId, nameof(publish.MessageId)) + BytesOf(publish.Source, nameof(publish.Source)) + BytesOf(publish.CorrelationId, nameof(publish.CorrelationId));
        if (bytes > options.FrameBytesMax)
            throw new RealTimeException((int)ErrorCode.TooLarge, $"An event has at most {options.FrameBytesMax} bytes (realtime.limits.frame-bytes); this one has {bytes}. Publish less, or a reference to it.");

        return new Publication
        {
            Type = type,
            Data = compact,
            MessageId = NullIfEmpty(publish.MessageId),
            Key = NullIfEmpty(publish.Key),
            Priority = publish.Priority,
            Source = NullIfEmpty(publish.Source),
            CorrelationId = NullIfEmpty(publish.CorrelationId),
            TtlMs = (long)Math.Ceiling((publish.TimeToLive ?? TimeSpan.Zero).TotalMilliseconds),
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static int BytesOf(string? text, string what)
    {
        try
        {
            return text is null ? 0 : _strictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{what} holds half a surrogate pair, which is no text.", what);
        }
    }
}
