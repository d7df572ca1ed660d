using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>
/// One channel followed by one handler: a client and a session of its own, so that no handler holds up another.
/// </summary>
/// <remarks>The handler never sees a stop as an end of the subscription: to stop is to close the client, which keeps the session; to end the subscription would forget the place.
/// So a handler's call that is not to be acked is held until the client is closed.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its token sources have no timers and no wait handles: there is nothing to give back.")]
internal sealed partial class InProcessSubscription : ISubscription
{
    /// <summary>The subscription whose handler the code that runs is part of: it cannot wait for itself.</summary>
    private static readonly AsyncLocal<InProcessSubscription?> _inside = new();

    private static readonly TimeSpan _pauseMax = TimeSpan.FromSeconds(30);

    private readonly RealTimeClient _client;
    private readonly SubscriberOptions _options;
    private readonly Func<ReceivedEvent, CancellationToken, ValueTask<bool>> _handler;
    private readonly TimeSpan _stopWithin;
    private readonly Func<InProcessSubscription, bool, Task> _ended;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    /// <summary>Pauses between attempts end.</summary>
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The call that is under way is not waited for any longer.</summary>
    private readonly CancellationTokenSource _impatient = new();

    /// <summary>The client is closed: what was held may go.</summary>
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _call;
    private Exception? _fault;
    private bool _isStopping;
    private volatile string? _trouble;
    private Task? _stop;

    /// <param name="channel">The channel.</param>
    /// <param name="client">Not connected yet; belongs to the subscription from now on.</param>
    /// <param name="options">Valid.</param>
    /// <param name="handler">False: the event was not dealt with, and no other is wanted.</param>
    /// <param name="stopWithin">How long a stop waits for the handler.</param>
    /// <param name="ended">Told once, at the end, with whether the place is to be forgotten.</param>
    /// <param name="log">Where failures go.</param>
    internal InProcessSubscription(
        string channel,
        RealTimeClient client,
        SubscriberOptions options,
        Func<ReceivedEvent, CancellationToken, ValueTask<bool>> handler,
        TimeSpan stopWithin,
        Func<InProcessSubscription, bool, Task> ended,
        ILogger log)
    {
        Channel = channel;
        _client = client;
        _options = options;
        _handler = handler;
        _stopWithin = stopWithin;
        _ended = ended;
        _log = log;
        _ = _completion.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // Nobody has to await it.
    }

    public string Channel { get; }

    public string? Subscriber => _options.Name;

    public Task Completion => _completion.Task;

    /// <summary>Why the handler does not get on just now; null: it does.</summary>
    internal string? Trouble { get => _trouble; private set => _trouble = value; }

    public ValueTask DisposeAsync() => new(StopFromOutsideAsync(isForgotten: false));

    public Task ForgetAsync() => StopFromOutsideAsync(isForgotten: true);

    /// <summary>Ends when the subscription has its position.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.ConnectAsync(cancellationToken);

            // Its own way to give up would leave the channel, and forget the place there.
            var subscription = await _client.SubscribeAsync(Channel, RequestOf(_options), HandleAsync, CancellationToken.None).WaitAsync(cancellationToken);
            _ = WatchAsync(subscription.Completion);
        }
        catch
        {
            await StopAsync();
            throw;
        }
    }

    /// <summary>Lets the handler finish, bounded; closes the client; keeps the place or forgets it.</summary>
    internal Task StopAsync(bool isForgotten = false)
    {
        lock (_gate)
        {
            _isStopping = true;
            return _stop ??= Task.Run(() => StopOnceAsync(isForgotten));
        }
    }

    private Task StopFromOutsideAsync(bool isForgotten)
    {
        var stop = StopAsync(isForgotten);
        return _inside.Value == this ? Task.CompletedTask : stop;
    }

    private SubscribeOptions RequestOf(SubscriberOptions options) => new()
    {
        From = options.Name is null ? options.From ?? From.Now : null,
        FromWhenNew = options.Name is null ? null : options.From ?? From.Earliest,

        // By hand in both cases: the ack is on its way before a stop goes on, which the client's own would not be.
        Ack = options.Name is null ? AckMode.None : AckMode.Manual,
        Order = options.Order,
        Overflow = options.Overflow,
        Priority = options.Priority,
        Fields = options.Fields,
        Shape = options.Shape,
        Filter = options.Filter,
        Noticed = Notify,
    };

    private void Notify(SubscriptionNotice notice)
    {
        try
        {
            _options.Noticed?.Invoke(notice);
        }
        catch (Exception fault)
        {
            lock (_gate)
                _fault ??= fault;

            _ = StopAsync();
        }
    }

    private async ValueTask HandleAsync(ReceivedEvent received, CancellationToken left)
    {
        if (TryBeginCall() is { } call)
        {
            var isDone = false;
            try
            {
                isDone = await TryHandleAsync(received);
                if (isDone && _options.Name is not null && _options.Ack == AckMode.Auto)
                    await received.AckAsync();
            }
            finally
            {
                call.SetResult();
            }

            if (isDone)
                return;

            _ = StopAsync();
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, _closed.Token);
    }

    private async Task<bool> TryHandleAsync(ReceivedEvent received)
    {
        _inside.Value = this;
        var pause = _options.RetryAfter;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var isDone = await _handler(received, _impatient.Token);
                Trouble = null;
                return isDone;
            }
            catch (OperationCanceledException) when (_impatient.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception fault)
            {
                Trouble = $"{fault.GetType().Name} at offset {received.Offset} of {received.Event.Channel}: {fault.Message}";
                if (attempt >= _options.Attempts)
                {
                    GivenUp(_log, Subscriber ?? "-", received.Event.Channel, received.Offset, attempt, fault);
                    _fault ??= fault;
                    return false;
                }

                FailedOnce(_log, Subscriber ?? "-", received.Event.Channel, received.Offset, attempt, _options.Attempts, fault);
            }

            try
            {
                await Task.Delay(pause, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            pause = pause * 2 < _pauseMax ? pause * 2 : _pauseMax;
        }
    }

    private TaskCompletionSource? TryBeginCall()
    {
        lock (_gate)
        {
            if (_isStopping)
                return null;

            return _call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task StopOnceAsync(bool isForgotten)
    {
        await _stopping.CancelAsync();
        Task call;
        lock (_gate)
            call = _call?.Task ?? Task.CompletedTask;

        if (!await EndsWithinAsync(call, _stopWithin))
        {
            HandlerNotWaitedFor(_log, Subscriber ?? "-", Channel, _stopWithin);
            await _impatient.CancelAsync();
            await EndsWithinAsync(call, TimeSpan.FromSeconds(1));
        }

        await _client.CloseAsync(keepSession: Subscriber is not null && !isForgotten);
        await _closed.CancelAsync();
        try
        {
            await _ended(this, isForgotten);
        }
        finally
        {
            if (_fault is { } fault)
                _completion.TrySetException(fault);
            else
                _completion.TrySetResult();
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan within)
    {
        try
        {
            await task.WaitAsync(within);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The node, or a callback, may end the subscription from its side.</summary>
    private async Task WatchAsync(Task subscription)
    {
        try
        {
            await subscription;
        }
        catch (Exception fault)
        {
            lock (_gate)
            {
                if (_stop is null)
                    _fault ??= fault;
            }

            if (_fault == fault)
            {
                Trouble = fault.Message;
                Ended(_log, Subscriber ?? "-", Channel, fault);
            }
        }

        await StopAsync();
    }
}
