using RealTimeActors.Actors;

namespace RealTimeActors.TestKit.Dispatch;

/// <summary>An actor that keeps what it is told, for a test to look at. Works in every system; a test on threads waits with <see cref="NextAsync"/>.</summary>
public sealed class Probe<TMessage>
    where TMessage : class
{
    private readonly Lock _lock = new();
    private readonly List<TMessage> _messages = [];
    private readonly List<Signal> _signals = [];
    private readonly IActorRef<object> _recorder;
    private TaskCompletionSource _came = NewSource();
    private int _read;

    /// <summary>A probe at the top of a system.</summary>
    public Probe(ActorSystem system, string name = "probe")
    {
        ArgumentNullException.ThrowIfNull(system);
        _recorder = system.Spawn<object>(name, () => new Recorder(this));
    }

    /// <summary>The probe's address.</summary>
    public IActorRef<TMessage> Ref => _recorder;

    /// <summary>All messages so far, oldest first.</summary>
    public IReadOnlyList<TMessage> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages];
        }
    }

    /// <summary>All signals so far, oldest first (<see cref="Signal.Terminated"/> of what was watched through <see cref="Watch"/>).</summary>
    public IReadOnlyList<Signal> Signals
    {
        get
        {
            lock (_lock)
                return [.. _signals];
        }
    }

    /// <summary>The next message that was not taken yet; throws when there is none.</summary>
    public TMessage Next() =>
        TryNext(out var message) ? message : throw new InvalidOperationException($"Expected a {typeof(TMessage).Name} at {Ref.Path}, nothing came.");

    /// <summary>Takes the next message if there is one.</summary>
    public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TMessage? message)
    {
        lock (_lock)
        {
            message = _read < _messages.Count ? _messages[_read++] : null;
            return message is not null;
        }
    }

    /// <summary>Waits for the next message.</summary>
    public async Task<TMessage> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var came = Came();
            if (TryNext(out var message))
                return message;
            await came.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the condition holds; it is looked at now and after each message and signal.</summary>
    public async Task UntilAsync(Func<Probe<TMessage>, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        while (true)
        {
            var came = Came();
            if (condition(this))
                return;
            await came.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets the probe watch an actor: its end shows in <see cref="Signals"/>.</summary>
    public void Watch(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _recorder.Tell(new WatchRequest(actor));
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Came()
    {
        lock (_lock)
            return _came.Task;
    }

    private void Keep<T>(List<T> list, T item)
    {
        TaskCompletionSource came;
        lock (_lock)
        {
            list.Add(item);
            came = _came;
            _came = NewSource();
        }

        came.TrySetResult();
    }

    private sealed record WatchRequest(IActorRef Actor);

    private sealed class Recorder(Probe<TMessage> probe) : Actor<object>
    {
        protected override void Receive(object message)
        {
            if (message is WatchRequest request)
                Context.Watch(request.Actor);
            else
                probe.Keep(probe._messages, (TMessage)message);
        }

        protected override void OnSignal(Signal signal) => probe.Keep(probe._signals, signal);
    }
}
