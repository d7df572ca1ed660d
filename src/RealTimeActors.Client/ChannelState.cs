using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Running;
using RealTimeActors.Client.States;

namespace RealTimeActors.Client;

/// <summary>
/// The state of a channel, followed: what the server has confirmed, with the edits of this client that it has not answered yet on top. Read it, and edit it, at any time, connected or not; dispose of
/// it to stop following. Safe to use from many threads.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is called after what it is; that one can walk through it is only one thing that one can do with it.")]
public sealed partial class ChannelState : IReadOnlyCollection<StateEntry>, IFollower, IAsyncDisposable
{
    private readonly StateOptions _options;
    private readonly JsonSerializerOptions _json;
    private readonly ClientLoop _loop;
    private readonly KeptState? _kept;
    private readonly StateChanges _changes = new();
    private readonly StateSaver? _saver;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StateSnapshot _snapshot = StateSnapshot.Empty;
    private volatile bool _isStopping;

    internal ChannelState(string channel, StateOptions options, KeptState? kept, JsonSerializerOptions json, ClientLoop loop, TimeProvider time)
    {
        Channel = channel;
        _options = options;
        _kept = kept;
        _json = json;
        _loop = loop;
        if (options.Cache is { } cache)
            _saver = new StateSaver(channel, options.Fields, cache, options.NotCached, time);
        _ = _ready.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // Nobody has to await it,
        _ = _completion.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // nor this.
    }

    /// <summary>The name of the channel.</summary>
    public string Channel { get; }

    /// <summary>Ends when there is a confirmed document for the first time, the server's or a kept one. Fails when the channel cannot be followed.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Ends when it is not followed any longer: well after <see cref="DisposeAsync"/> or when the client is closed, with the fault when the server ended it or the handler threw.
    /// What was seen last can still be read; edits are still sent and answered.</summary>
    public Task Completion => _completion.Task;

    /// <summary>All that is seen, at one moment.</summary>
    public StateSnapshot Now => _snapshot;

    /// <summary>How many entries are seen.</summary>
    public int Count => _snapshot.Entries.Count;

    /// <summary>The entry of this key, as it is seen. False: there is none.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out StateEntry? entry) => _snapshot.Entries.TryGetValue(key, out entry);

    /// <summary>The value of this key, as it is seen; the default where there is none.</summary>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? Get<T>(string key) => _snapshot.Entries.TryGetValue(key, out var entry) ? entry.Read<T>(_json) : default;

    /// <summary>The entries as they are seen at one moment, in ordinal order of their keys.</summary>
    public IEnumerator<StateEntry> GetEnumerator() => _snapshot.Entries.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Stops following; the session forgets its place. What is seen stays as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping)
            return;

        _isStopping = true;
        await _loop.PostAsync(new ClientInput(InputKind.Unsubscribe, this), CancellationToken.None);
        await _stop.CancelAsync();
        await SaveAsync();
    }

    /// <summary>Where there is a cache: the last word on the document.</summary>
    internal async ValueTask SaveAsync()
    {
        if (_saver is not null)
            await _saver.StopAsync();
    }

    internal ClientSubscription? Inner { get; private set; }

    ClientSubscription? IFollower.Inner => Inner;

    void IFollower.Begin(ClientMachine machine, TimeSpan now)
    {
        Inner = machine.FollowState(now, _options.ForChannel(Channel), _kept);
        Inner.Host = this;
    }

    void IFollower.Enqueue(object item)
    {
        if (item is ClientEffect.StateShown shown)
            Show(shown);
        else if (item is SubscriptionNotice notice)
            _options.Noticed?.Invoke(notice);
    }

    void IFollower.End() => Finish(null);

    void IFollower.Fail(Exception fault) => Finish(fault);

    /// <summary>Hands what has changed to the handler until the end.</summary>
    internal async Task DispatchAsync()
    {
        try
        {
            while (_options.Changed is { } changed && await _changes.TakeAsync() is { } changes)
                await changed(changes, _stop.Token);
        }
        catch (OperationCanceledException) when (_isStopping)
        {
            // The handler was told to stop, and did.
        }
        catch (Exception fault)
        {
            _completion.TrySetException(fault);
            await DisposeAsync();
        }
    }

    private void Show(ClientEffect.StateShown shown)
    {
        _snapshot = shown.Snapshot;
        if (_options.Changed is not null)
            _changes.Add(shown.Changes);
        _saver?.Note(shown.Snapshot);
        if (shown.Snapshot.IsWhole)
            _ready.TrySetResult();
    }

    private void Finish(Exception? fault)
    {
        _ready.TrySetException(fault ?? new RealTimeException(RejectReason.Closed, "The state was not followed any longer before the server had sent it."));
        _changes.End();
        if (fault is null)
            _completion.TrySetResult();
        else
            _completion.TrySetException(fault);
    }
}
