using System.Text.Json;
using RealTimeActors.Client.Machine.Presence;
using RealTimeActors.Client.Presences;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>
/// Who is there in a channel, and whether this client is. It is told of the others while it is there itself, or while the channel is followed with an interest in presence
/// (<see cref="SubscribeOptions.Presence"/>). A session is there once, whoever in the program says so. Safe to use from many threads.
/// </summary>
public sealed class ChannelPresence : IAsyncDisposable
{
    private readonly PresenceOptions _options;
    private readonly JsonSerializerOptions _json;
    private readonly ClientLoop _loop;
    private readonly PresenceChanges _changes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasEntered;
    private volatile bool _isStopping;

    internal ChannelPresence(string channel, PresenceOptions options, JsonSerializerOptions json, ClientLoop loop)
    {
        Channel = channel;
        _options = options;
        _json = json;
        _loop = loop;
        _ = _completion.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // Nobody has to await it.
    }

    /// <summary>The name of the channel.</summary>
    public string Channel { get; }

    /// <summary>Who is there, at one moment.</summary>
    public PresenceSnapshot Now => _changes.Now;

    /// <summary>How many are there; null: nothing is told.</summary>
    public long? Count => Now.Count;

    /// <summary>Everybody who is there, in order of their sessions; null: only how many is known, or nothing.</summary>
    public IEnumerable<PresenceMember>? Members => Now.Members?.Values;

    /// <summary>Ends when nothing more is told: well after <see cref="DisposeAsync"/> or when the client is closed, with the fault when the handler threw.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Is there from now on, for others to see, until it leaves or the client is closed: over lost connections, too, after which it is said again. Ends when the server has taken it, which without a connection may take long.</summary>
    /// <param name="state">What others see of this client, at most 4 KiB of JSON: <c>new { Name = "Ada", Cursor = 7 }</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; what was wanted is wanted all the same until <see cref="LeaveAsync"/>.</param>
    /// <exception cref="RealTimeException">It was refused; what others saw before, if anything, they see on.</exception>
    public async Task EnterAsync<T>(T state, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isStopping, this);
        _hasEntered = true;
        await SayAsync(new ClientFrame.Presence(Channel, JsonSerializer.SerializeToUtf8Bytes(state, _json)), cancellationToken);
        _hasEntered = true;
    }

    /// <summary>Shows something else of this client. Of many in a row the last counts: one is under way at a time, and those between are overtaken.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    /// <inheritdoc cref="EnterAsync" path="/param|/exception"/>
    public Task UpdateAsync<T>(T state, CancellationToken cancellationToken = default) =>
        _hasEntered
            ? EnterAsync(state, cancellationToken)
            : throw new InvalidOperationException($"Only who is there can show something else of himself; await {nameof(EnterAsync)} first.");

    /// <summary>Is not there any more; others see it at once.</summary>
    /// <exception cref="RealTimeException">The client is closed.</exception>
    public Task LeaveAsync(CancellationToken cancellationToken = default)
    {
        _hasEntered = false;
        return SayAsync(Leaving, cancellationToken);
    }

    /// <summary>Leaves, if it has entered, and is told nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping)
            return;

        _isStopping = true;
        if (_hasEntered)
            _ = SayAsync(Leaving, CancellationToken.None).ContinueWith(task => task.Exception, TaskScheduler.Default); // Whoever is gone does not wait to be seen going.
        if (!await _loop.PostAsync(new ClientInput(InputKind.UnwatchPresence, this), CancellationToken.None))
            End();
        await _stop.CancelAsync();
    }

    internal void Show(PresenceSnapshot snapshot) => _changes.Show(snapshot);

    internal void Lose(RealTimeException reason)
    {
        _hasEntered = false;
        _options.Lost?.Invoke(reason);
    }

    internal void End()
    {
        _changes.End();
        if (_options.Changed is null)
            _completion.TrySetResult();
    }

    /// <summary>Hands what has changed to the handler until the end.</summary>
    internal async Task DispatchAsync()
    {
        try
        {
            while (_options.Changed is { } changed && await _changes.TakeAsync() is { } change)
                await changed(change, _stop.Token);
        }
        catch (OperationCanceledException) when (_isStopping)
        {
            // The handler was told to stop, and did.
        }
        catch (Exception fault)
        {
            _completion.TrySetException(fault);
        }

        if (_options.Changed is not null)
            _completion.TrySetResult();
    }

    private ClientFrame.Presence Leaving => new(Channel, default) { Leave = true };

    private async Task SayAsync(ClientFrame.Presence frame, CancellationToken cancellationToken)
    {
        var outcome = await _loop.CallAsync(frame, cancellationToken);
        if (outcome is not Machine.RequestOutcome.Done)
            throw RealTimeException.From(outcome);
    }
}
