using System.Runtime.CompilerServices;
using System.Text.Json;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Running;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Client;

/// <summary>
/// A client of a RealTimeActors server: publishes to channels and follows them, over as many connections as it takes.
/// </summary>
/// <remarks>
/// <para>Each event of a followed channel is handed over once and in order; what is lost is told (<see cref="SubscribeOptions.Noticed"/>). Across a restart of
/// the process an event that was handed over and not yet acked comes again. A publish is sent again after a lost connection and is in the log at most once.</para>
/// <para>Safe to use from many threads. One slow handler holds the events of the others back once <see cref="RealTimeClientOptions.EventsMax"/> wait for it.</para>
/// </remarks>
public sealed partial class RealTimeClient : IAsyncDisposable
{
    private readonly RealTimeClientOptions _options;
    private readonly JsonSerializerOptions _json;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile ClientLoop? _loop;
    private bool _isDisposed;

    /// <summary>A client that is not connected yet.</summary>
    public RealTimeClient(RealTimeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ForMachine(null).Validate();
        foreach (var endpoint in options.Endpoints)
        {
            if (options.OpenLink is null && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("ws" or "wss" or "http" or "https")))
                throw new ArgumentException($"An endpoint is expected to be an absolute ws, wss, http or https address; {endpoint} is none.", nameof(options));
        }

        if (options.Format is not (WireFormat.WebSocketJson or WireFormat.WebSocketProtobuf))
            throw new ArgumentException($"{nameof(options.Format)} is expected to be an encoding of WebSocket, {nameof(WireFormat.WebSocketJson)} or {nameof(WireFormat.WebSocketProtobuf)}; {options.Format} came.", nameof(options));

        _options = options;
        _json = options.Json ?? JsonSerializerOptions.Web;
    }

    /// <summary>A client of one server, everything else as by default.</summary>
    public RealTimeClient(string endpoint)
        : this(new RealTimeClientOptions { Endpoints = [new Uri(endpoint)] })
    {
    }

    /// <summary>Where it stands.</summary>
    public ClientState State => _loop?.State ?? ClientState.Disconnected;

    /// <summary>Why it is not connected at present, for people: what the last attempt failed of, in the server's words where it gave some. null while it is connected, and before an attempt has failed.</summary>
    public string? Trouble => _loop?.Trouble;

    /// <summary>The session as of the last connection. Carried over to another process, that one goes on where this one stopped.</summary>
    public SessionTicket? Session => _loop?.Session ?? _options.Session;

    /// <summary>Ends when the client is closed for good, by <see cref="CloseAsync"/> or by a refusal that no further attempt can change. Fails where a callback
    /// or the session store did.</summary>
    public Task Closed => _loop?.Closed ?? Task.CompletedTask;

    /// <summary>Connects, however many attempts it takes. From then on the client reconnects by itself.</summary>
    /// <param name="cancellationToken">Gives up waiting; dispose of the client to give up connecting.</param>
    /// <exception cref="RealTimeException">The server refused in a way that no further attempt can change.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await Loop.Connected.WaitAsync(cancellationToken);
    }

    /// <summary>Begins to connect, and does not wait for it: a program that works offline, too, goes on with what it has.</summary>
    /// <exception cref="InvalidDataException">Kept edits could not be read, see <see cref="RealTimeClientOptions.MutationsDamaged"/>.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is null)
            {
                var session = _options.Session;
                if (session is null && _options.SessionStore is not null)
                    session = await _options.SessionStore.LoadAsync(cancellationToken);

                _loop = new ClientLoop(_options, session, await LoadMutationsAsync(cancellationToken));
                await _loop.PostAsync(new ClientInput(InputKind.Start), CancellationToken.None);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Publishes an object as JSON and waits for as much as <see cref="PublishOptions.Confirm"/> says.</summary>
    /// <param name="channel">Where to.</param>
    /// <param name="type">What happened, for example <c>funding.grant_updated</c>.</param>
    /// <param name="data">What is to be told of it.</param>
    /// <param name="options">Null: persisted, priority normal.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may be in the log.</param>
    /// <exception cref="RealTimeException">It was refused, or the outbox is full, or its fate could not be learnt.</exception>
    public Task<Receipt> PublishAsync<T>(string channel, string type, T data, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(channel, type, JsonSerializer.SerializeToUtf8Bytes(data, _json), options, cancellationToken);

    /// <summary>As <see cref="PublishAsync{T}"/>, with data that is JSON in UTF-8 already.</summary>
    /// <exception cref="ArgumentException">The data is not one JSON value.</exception>
    public async Task<Receipt> PublishJsonAsync(string channel, string type, ReadOnlyMemory<byte> data, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PublishOptions();
        if (options.Confirm == Confirm.None)
            throw new ArgumentException($"A receipt is never given with {nameof(Confirm)}.{nameof(Confirm.None)}; use {nameof(SendAsync)} for it.", nameof(options));

        return await Loop.CallAsync(FrameOf(channel, type, data, options), cancellationToken) switch
        {
            RequestOutcome.Published published => Receipt.From(published.Receipt),
            var other => throw RealTimeException.From(other),
        };
    }

    /// <summary>Publishes without an answer: ends when it was handed to a connection, which may lose it.</summary>
    public async Task SendAsync<T>(string channel, string type, T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        var frame = FrameOf(channel, type, JsonSerializer.SerializeToUtf8Bytes(data, _json), options ?? new PublishOptions()) with { Confirm = Confirm.None };
        var outcome = await Loop.CallAsync(frame, cancellationToken);
        if (outcome is not RequestOutcome.Sent)
            throw RealTimeException.From(outcome);
    }

    /// <summary>Follows a channel, or every channel that a pattern means; ends when the server has taken it up.</summary>
    /// <param name="channel">Its name, or a pattern: <c>*</c> for one segment, <c>&gt;</c> for the rest. A client follows each channel once: where an exact name and a pattern meet, the events are the exact one's.</param>
    /// <param name="options">Null: from where the session left off, acked when the handler has returned.</param>
    /// <param name="handler">Gets one event after the other, never two at a time. When it throws, the subscription ends, and <see cref="ChannelSubscription.Completion"/> says so.</param>
    /// <param name="cancellationToken">Gives up and stops following.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<ChannelSubscription> SubscribeAsync(
        string channel, SubscribeOptions? options, Func<ReceivedEvent, CancellationToken, ValueTask> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var subscription = await BeginAsync(channel, options, cancellationToken);
        _ = Task.Run(() => subscription.DispatchAsync(handler), CancellationToken.None);
        try
        {
            await subscription.Started.WaitAsync(cancellationToken);
            return subscription;
        }
        catch (OperationCanceledException)
        {
            await subscription.DisposeAsync();
            throw;
        }
    }

    /// <summary>Follows a channel, or every channel that a pattern means, as a stream. An event counts as handled when the next one is asked for; leaving the loop leaves the channel, and the
    /// session forgets its cursor there. To stop and go on later, dispose of the client.</summary>
    /// <exception cref="RealTimeException">It was refused, or the server ended it.</exception>
    public async IAsyncEnumerable<ReceivedEvent> FollowAsync(
        string channel, SubscribeOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var subscription = await BeginAsync(channel, options, cancellationToken);
        await foreach (var received in subscription.ReadAllAsync(cancellationToken))
            yield return received;
    }

    /// <summary>Reads a page of a channel's log.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="from">Where to begin; null: at the earliest.</param>
    /// <param name="limit">The most events of the page; 0: the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RealTimeException">It was refused.</exception>
    public async Task<EventPage> ReadEventsAsync(string channel, From? from = null, int limit = 0, CancellationToken cancellationToken = default)
    {
        Check(channel);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var outcome = await Loop.CallAsync(new ClientFrame.Read { Channel = channel, What = "events", From = from ?? From.Earliest, Limit = limit }, cancellationToken);
        return outcome is RequestOutcome.Paged paged ? new EventPage(paged.Page.Epoch, paged.Page.Events, paged.Page.Next) : throw RealTimeException.From(outcome);
    }

    /// <summary>Authenticates anew without reconnecting; every subscription is authorized again.</summary>
    /// <exception cref="RealTimeException">The token was refused.</exception>
    public async Task RefreshAsync(string token, CancellationToken cancellationToken = default)
    {
        var outcome = await Loop.CallAsync(new ClientFrame.Refresh(token), cancellationToken);
        if (outcome is not RequestOutcome.Done)
            throw RealTimeException.From(outcome);
    }

    /// <summary>Says bye and ends the client.</summary>
    /// <param name="keepSession">Whether the session can be resumed later. False: the server forgets it, cursors and all.</param>
    public async Task CloseAsync(bool keepSession)
    {
        await _starting.WaitAsync();
        try
        {
            if (_isDisposed)
                return;

            _isDisposed = true;
            if (_loop is not null)
                await _loop.StopAsync(keepSession);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>As <see cref="CloseAsync"/>, with the session kept.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(keepSession: true);

    private ClientLoop Loop => _loop ?? throw new InvalidOperationException($"The client is not connected; await {nameof(ConnectAsync)} or {nameof(StartAsync)} first.");

    private async Task<ChannelSubscription> BeginAsync(string channel, SubscribeOptions? options, CancellationToken cancellationToken)
    {
        options ??= new SubscribeOptions();
        if (!ChannelPattern.TryParse(channel, out _, out var error))
            throw new ArgumentException(error, nameof(channel));
        if (SubscriptionBounds.FaultOf(options.Shape, options.Fields, options.Filter) is { } fault)
            throw new ArgumentException(fault, nameof(options));

        if (options.Presence != PresenceInterest.None && ChannelPattern.IsPattern(channel))
            throw new ArgumentException($"Who is there is told of one channel; {channel} means many. Follow with {nameof(SubscribeOptions.Presence)} each of those that it is wanted of.", nameof(options));

        var loop = Loop;
        var subscription = new ChannelSubscription(channel, options, _json, loop);
        if (!await loop.PostAsync(new ClientInput(InputKind.Subscribe, subscription), cancellationToken))
            throw new RealTimeException(RejectReason.Closed, "The client is closed.");
        return subscription;
    }

    private static ClientFrame.Publish FrameOf(string channel, string type, ReadOnlyMemory<byte> data, PublishOptions options)
    {
        Check(channel);
        ArgumentException.ThrowIfNullOrEmpty(type);
        if (!JsonText.TryCompact(data.Span, out var compact, out var error))
            throw new ArgumentException(error, nameof(data));

        return new ClientFrame.Publish
        {
            Channel = channel,
            Type = type,
            Data = compact,
            Confirm = options.Confirm,
            Priority = options.Priority,
            Key = options.Key,
            MessageId = options.MessageId,
            Source = options.Source,
            CorrelationId = options.CorrelationId,
            TtlMs = Milliseconds(options.TimeToLive),
            DeliveredCount = options.DeliveredCount ?? 0,
            DeliveredTimeoutMs = Milliseconds(options.DeliveredTimeout),
            DeliveredMissing = options.DeliveredMissing,
        };
    }

    private static long Milliseconds(TimeSpan? time) => (long)Math.Ceiling((time ?? TimeSpan.Zero).TotalMilliseconds);

    private static void Check(string channel)
    {
        if (!ChannelName.TryParse(channel, out _, out var error))
            throw new ArgumentException(error, nameof(channel));
    }
}
