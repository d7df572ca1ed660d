using System.Text.Json;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Client;

/// <summary>A channel, or a pattern of channels, that is being followed. Its events are handed over one at a time, in order; dispose of it to stop.</summary>
public sealed class ChannelSubscription : IFollower, IAsyncDisposable
{
    /// <summary>What a server keeps of a reason.</summary>
    private const int ReasonCharsMax = 500;

    private readonly ClientLoop _loop;
    private readonly JsonSerializerOptions _json;
    private readonly Action<SubscriptionNotice>? _noticed;

    // Not bounded by itself: never more events wait in it than the client's credit window lets come.
    private readonly Channel<object> _waiting = System.Threading.Channels.Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isStopping;
    private volatile SubscriptionNotice.Lag? _lag;

    internal ChannelSubscription(string channel, SubscribeOptions options, JsonSerializerOptions json, ClientLoop loop)
    {
        Request = options.ForChannel(channel);
        FromWhenNew = options.FromWhenNew;
        if (FromWhenNew is not null && Request.From is not From.AtSession)
            throw new ArgumentException($"{nameof(SubscribeOptions.FromWhenNew)} is for a subscription that keeps its cursor in the session: {nameof(SubscribeOptions.From)} is expected to be null and acks not to be none.", nameof(options));
        if (ChannelPattern.IsPattern(channel) && (Request.From is From.Position || FromWhenNew is From.Position))
            throw new ArgumentException($"A position is of one channel, and {channel} means many: now, earliest, the last n or the session's cursor is expected.", nameof(options));

        _noticed = options.Noticed;
        _json = json;
        _loop = loop;
        _ = _started.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // Nobody has to await it,
        _ = _completion.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // nor this.
    }

    /// <summary>The name of the channel, or the pattern. Each event says which channel it is of.</summary>
    public string Channel => Request.Channel;

    /// <summary>How far the server is behind with what it sends here, and what it does about it; null: it keeps up. For a pattern, what was said last of one of its channels.</summary>
    public SubscriptionNotice.Lag? Lag => _lag;

    /// <summary>Ends when no event will be handed over any more: well after <see cref="DisposeAsync"/>, with the fault when the server ended it or the
    /// handler threw. The event whose handler threw is not acked.</summary>
    public Task Completion => _completion.Task;

    internal ClientFrame.Subscribe Request { get; }
    internal From? FromWhenNew { get; }
    internal ClientSubscription? Inner { get; private set; }

    ClientSubscription? IFollower.Inner => Inner;

    /// <summary>Ends when the server has taken it up for the first time; fails when it is refused.</summary>
    internal Task Started => _started.Task;

    /// <summary>Leaves the channel; the session forgets its cursor there. (To stop and go on later, dispose of the client only.) Events that wait are not handed over and not acked; a handler that runs has its token cancelled and is not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping)
            return;

        await StopAsync();
    }

    void IFollower.Begin(ClientMachine machine, TimeSpan now)
    {
        Inner = machine.Subscribe(now, Request, FromWhenNew);
        Inner.Host = this;
    }

    void IFollower.Enqueue(object item)
    {
        if (item is SubscriptionNotice.Started)
            _started.TrySetResult();
        if (item is SubscriptionNotice.Lag lag and not { Mode: "live" })
            _lag = lag;
        else if (item is SubscriptionNotice.Lag or SubscriptionNotice.Started or SubscriptionNotice.Withdrawn && ((SubscriptionNotice)item).Channel == _lag?.Channel)
            _lag = null;
        _waiting.Writer.TryWrite(item);
    }

    void IFollower.End()
    {
        _started.TrySetException(new RealTimeException(RejectReason.Closed, "The subscription was ended before the server took it up."));
        _waiting.Writer.TryComplete();
    }

    void IFollower.Fail(Exception fault)
    {
        _started.TrySetException(fault);
        _waiting.Writer.TryComplete(fault);
    }

    internal async ValueTask AcknowledgeAsync(ClientEffect.Deliver delivery) => await _loop.PostAsync(new ClientInput(InputKind.Acknowledge, delivery));

    internal async ValueTask NackAsync(ClientEffect.Deliver delivery, string? reason)
    {
        if (Request.AckMode == AckMode.None)
            throw new InvalidOperationException($"The subscription to {Channel} does not ack, so nothing of it can be delivered again; subscribe with acks.");
        if (reason is { Length: > ReasonCharsMax })
            reason = reason[..(char.IsHighSurrogate(reason[ReasonCharsMax - 1]) ? ReasonCharsMax - 1 : ReasonCharsMax)];

        await _loop.PostAsync(new ClientInput(InputKind.Nack, delivery, Text: reason));
    }

    /// <summary>Hands everything to the handler until the end.</summary>
    internal async Task DispatchAsync(Func<ReceivedEvent, CancellationToken, ValueTask> handler)
    {
        try
        {
            await foreach (var received in ReadAllAsync(CancellationToken.None))
            {
                await handler(received, _stop.Token);
            }

            _completion.TrySetResult();
        }
        catch (OperationCanceledException) when (_isStopping)
        {
            _completion.TrySetResult();
        }
        catch (Exception fault)
        {
            _completion.TrySetException(fault);
        }
    }

    /// <summary>Every event; one is handled when the next is asked for. Leaving the loop stops following.</summary>
    internal async IAsyncEnumerable<ReceivedEvent> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ClientEffect.Deliver? inHand = null;
        try
        {
            await foreach (var item in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                if (item is SubscriptionNotice notice)
                {
                    _noticed?.Invoke(notice);
                    continue;
                }

                inHand = (ClientEffect.Deliver)item;
                if (_isStopping)
                    break;

                yield return new ReceivedEvent(this, inHand, _json);
                await _loop.PostAsync(new ClientInput(InputKind.Handled, inHand), CancellationToken.None);
                inHand = null;
            }
        }
        finally
        {
            if (inHand is not null)
                await _loop.PostAsync(new ClientInput(InputKind.Released, inHand), CancellationToken.None);
            await StopAsync();
            await ReleaseAllAsync();
        }
    }

    private async ValueTask StopAsync()
    {
        _isStopping = true;
        await _loop.PostAsync(new ClientInput(InputKind.Unsubscribe, this));
        await _stop.CancelAsync();
    }

    /// <summary>The credit of what was not handed over goes back.</summary>
    private async Task ReleaseAllAsync()
    {
        try
        {
            await foreach (var item in _waiting.Reader.ReadAllAsync())
            {
                if (item is ClientEffect.Deliver delivery)
                    await _loop.PostAsync(new ClientInput(InputKind.Released, delivery));
            }
        }
        catch (Exception)
        {
            // The fault it was ended with has been, or is being, thrown where the events were read.
        }
    }
}
