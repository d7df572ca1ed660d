using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Edge;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Hosting.Events;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Hosting.InProcess;

/// <inheritdoc cref="IChannels"/>
internal sealed partial class InProcessChannels : IChannels, IAsyncDisposable
{
    private const int ReadEventsMax = 1_000;

    private readonly IEngine _engine;
    private readonly ServerSettings _settings;
    private readonly JsonSerializerOptions _json;
    private readonly ILogger _log;
    private readonly Publisher _publisher;
    private readonly SubscriberPlaces _places;
    private readonly ConcurrentDictionary<Type, object> _types = new();
    private readonly Lock _gate = new();
    private readonly HashSet<(string Subscriber, string Channel)> _names = [];
    private readonly HashSet<InProcessSubscription> _subscriptions = [];
    private readonly SortedDictionary<string, string> _failed = new(StringComparer.Ordinal);
    private bool _isStopping;

    public InProcessChannels(IEngine engine, ServerSettings settings, IOptions<RealTimeActorsOptions> options, ILogger<InProcessChannels> log)
    {
        _engine = engine;
        _settings = settings;
        _json = options.Value.Json;
        _json.MakeReadOnly(populateMissingResolver: true);
        _log = log;
        _publisher = new Publisher(engine, settings.Edge, settings.Engine.DeliveredTimeout);
        _places = new SubscriberPlaces(settings);
    }

    /// <summary>What follows channels here, in no order.</summary>
    internal IReadOnlyList<InProcessSubscription> Subscriptions
    {
        get
        {
            lock (_gate)
                return [.. _subscriptions];
        }
    }

    /// <summary>The named subscriptions that have ended by a fault and were not begun again, and why.</summary>
    internal IReadOnlyList<string> Failed
    {
        get
        {
            lock (_gate)
                return [.. _failed.Select(failed => $"{failed.Key} has ended: {failed.Value}")];
        }
    }

    public IChannel<TEvent> Of<TEvent>(string channel, EventTypes<TEvent>? types = null)
        where TEvent : class
    {
        NameOf(channel);
        types ??= (EventTypes<TEvent>)_types.GetOrAdd(typeof(TEvent), static _ => EventTypes<TEvent>.Discover());
        return new TypedChannel<TEvent>(channel, types, this, _json);
    }

    public Task<Receipt> PublishAsync<T>(string channel, string type, T data, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(channel, type, JsonSerializer.SerializeToUtf8Bytes(data, _json), options, cancellationToken);

    public async Task<Receipt> PublishJsonAsync(
        string channel, string type, ReadOnlyMemory<byte> data, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        (await PublishAsync(channel, [(type, data)], options, cancellationToken))[0];

    public async Task<EventPage> ReadAsync(string channel, From? from = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        var name = NameOf(channel);
        if (limit is < 1 or > ReadEventsMax)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"limit is expected to be 1 to {ReadEventsMax}.");

        ChannelReply reply;
        try
        {
            reply = await _engine.System.AskAsync<ChannelCommand, ChannelReply>(
                _engine.Channels, replyTo => new ChannelCommand.Read(name, from ?? From.Earliest, limit, replyTo, replyTo), _settings.Edge.RequestTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RealTimeException((int)ErrorCode.Timeout, $"The channel '{channel}' did not answer within {_settings.Edge.RequestTimeout.TotalSeconds} s (realtime.http.request-timeout).");
        }

        return reply switch
        {
            ChannelReply.EventsRead page => new EventPage(page.Epoch, page.Events, page.Next),
            ChannelReply.Refused refused => throw new RealTimeException((int)refused.Code, refused.Message),
            _ => throw new InvalidOperationException($"The channel answered with {reply.GetType().Name}, which does not answer a read."),
        };
    }

    public Task<ISubscription> SubscribeAsync(
        string channel, SubscriberOptions? options, Func<ReceivedEvent, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return SubscribeAsync(channel, options, HandleAsync, cancellationToken);

        async ValueTask<bool> HandleAsync(ReceivedEvent received, CancellationToken stop)
        {
            await handler(received, stop);
            return true;
        }
    }

    public async IAsyncEnumerable<ReceivedEvent> FollowAsync(
        string channel, SubscriberOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // One at a time: the handler waits until the loop has come back for the next.
        var handed = System.Threading.Channels.Channel.CreateBounded<(ReceivedEvent Received, TaskCompletionSource<bool> Done)>(1);
        await using var subscription = await SubscribeAsync(channel, (options ?? new SubscriberOptions()) with { Attempts = 1 }, HandleAsync, cancellationToken);
        _ = subscription.Completion.ContinueWith(
            ended => handed.Writer.TryComplete(ended.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        TaskCompletionSource<bool>? inHand = null;
        try
        {
            await foreach (var (received, done) in handed.Reader.ReadAllAsync(cancellationToken))
            {
                inHand = done;
                yield return received;
                done.TrySetResult(true);
            }
        }
        finally
        {
            inHand?.TrySetResult(false);
            while (handed.Reader.TryRead(out var waiting))
                waiting.Done.TrySetResult(false);

            handed.Writer.TryComplete();
        }

        async ValueTask<bool> HandleAsync(ReceivedEvent received, CancellationToken stop)
        {
            var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return await handed.Writer.WaitToWriteAsync(stop) && handed.Writer.TryWrite((received, done)) && await done.Task.WaitAsync(stop);
        }
    }

    /// <summary>One event, or several as one atomic append.</summary>
    internal Task<IReadOnlyList<Receipt>> PublishAsync(
        string channel, IReadOnlyList<(string Type, ReadOnlyMemory<byte> Data)> events, PublishOptions? options, CancellationToken cancellationToken) =>
        _publisher.PublishAsync(channel, events, options ?? new PublishOptions(), cancellationToken);

    /// <summary>Ends every subscription, each after its handler has finished, and takes no more. Bounded by <c>realtime.drain.within</c>.</summary>
    internal async Task StopAsync()
    {
        InProcessSubscription[] subscriptions;
        lock (_gate)
        {
            _isStopping = true;
            subscriptions = [.. _subscriptions];
        }

        await Task.WhenAll(subscriptions.Select(subscription => subscription.StopAsync()));
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<ISubscription> SubscribeAsync(
        string channel, SubscriberOptions? options, Func<ReceivedEvent, CancellationToken, ValueTask<bool>> handler, CancellationToken cancellationToken)
    {
        options ??= new SubscriberOptions();
        options.Validate();
        if (!ChannelPattern.TryParse(channel, out _, out var error))
            throw new ArgumentException(error, nameof(channel));
        if (ChannelPattern.IsPattern(channel) && options.From is From.Position)
            throw new ArgumentException($"A position is of one channel, and {channel} means many: now, earliest or the last n is expected.", nameof(options));

        var subscription = new InProcessSubscription(channel, ClientFor(channel, options), options, handler, _settings.DrainWithin, ForgetAsync, _log);
        Take(subscription);
        await subscription.StartAsync(cancellationToken);
        return subscription;
    }

    private RealTimeClient ClientFor(string channel, SubscriberOptions options)
    {
        var remote = options.Name is null ? "in process" : $"in process: {options.Name}";

        return new RealTimeClient(new RealTimeClientOptions
        {
            Endpoints = [new Uri("inprocess:///")],
            OpenLink = (connection, _, loop) => InProcessLink.Open(connection, loop, _engine, IdentityOf(options), remote),
            ClientName = $"in-process/{options.Name ?? "1"}",
            EventsMax = options.EventsMax,

            // Nothing has to wait behind a long frame here: there is no wire that it would keep busy.
            PieceBytes = null,
            SessionStore = options.Name is null ? null : _places.Open(options.Name, channel),
            SessionNotResumed = options.Name is null ? null : reason => PlaceLost(_log, options.Name, channel, reason),
        });
    }

    /// <summary>The user is what a session is bound to; the rights are the process's own, as of now: whoever puts such a user out ends its connection and no more.</summary>
    private static Identity IdentityOf(SubscriberOptions options) => options.Name is null
        ? Identity.Everybody
        : new Identity { User = $"service:{options.Name}", IsTrusted = true, IssuedUnixMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() };

    private void Take(InProcessSubscription subscription)
    {
        lock (_gate)
        {
            if (_isStopping)
                throw new RealTimeException(RejectReason.Closed, "The host is stopping; nothing is followed any more.");

            if (subscription.Subscriber is { } name && !_names.Add((name, subscription.Channel)))
                throw new InvalidOperationException($"'{name}' follows '{subscription.Channel}' already; a subscriber follows a channel once. Give the other one a name of its own.");

            _subscriptions.Add(subscription);
            _failed.Remove(LabelOf(subscription));
        }
    }

    private Task ForgetAsync(InProcessSubscription subscription, bool isForgotten)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            if (subscription.Subscriber is { } name)
            {
                _names.Remove((name, subscription.Channel));
                if (subscription.Trouble is { } trouble)
                    _failed[LabelOf(subscription)] = trouble;
            }
        }

        if (isForgotten && subscription.Subscriber is { } forgotten)
            _places.Forget(forgotten, subscription.Channel);

        return Task.CompletedTask;
    }

    private static string LabelOf(InProcessSubscription subscription) => $"{subscription.Subscriber} in {subscription.Channel}";

    private static ChannelName NameOf(string channel) =>
        ChannelName.TryParse(channel, out var name, out var error) ? name : throw new ArgumentException(error, nameof(channel));

    [LoggerMessage(EventId = 3105, Level = LogLevel.Warning, Message = "The place of {Subscriber} in {Channel} is gone ({Reason}: see realtime.session.expiry); it begins as for the first time")]
    private static partial void PlaceLost(ILogger log, string subscriber, string channel, string reason);
}
