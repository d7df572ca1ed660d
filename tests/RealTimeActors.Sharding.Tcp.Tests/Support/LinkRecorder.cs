using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tcp.Tests.Support;

/// <summary>Stands where a link's actor would: keeps what it is told, for a test to wait for. As that actor, it says something on a connection at once, and lets go of the one before.</summary>
internal sealed class LinkRecorder : IActorRef<LinkEvent>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<LinkEvent> _events = [];
    private readonly List<byte[]> _batches = [];
    private TaskCompletionSource _came = NewSource();
    private long _bytes;

    public ActorPath Path { get; } = new(null, "recorder");

    /// <summary>What it sends on each new connection.</summary>
    internal IReadOnlyList<byte[]> Greetings { get; init; } = [[]];

    /// <summary>Whether it says that it is done with what came.</summary>
    internal bool Takes { get; set; } = true;

    /// <summary>Whether it wants no connection any more: what it is told of, it ends.</summary>
    internal bool LetsGo { get; init; }

    /// <summary>Whether it keeps the bytes that came.</summary>
    internal bool KeepsBytes { get; init; } = true;

    internal INodeLink? Link { get; private set; }

    internal IReadOnlyList<LinkEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    /// <summary>Bytes that came on the present connection.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The same bytes, in the order in which they came.</summary>
    internal byte[] Received
    {
        get
        {
            lock (_gate)
                return [.. _batches.SelectMany(batch => batch)];
        }
    }

    public void Tell(LinkEvent message)
    {
        TaskCompletionSource came;
        lock (_gate)
        {
            if (message is LinkEvent.Received received)
                OnReceived(received);
            else
                _events.Add(message);

            if (message is LinkEvent.Connected connected)
                OnConnected(connected.Link);

            (came, _came) = (_came, NewSource());
        }

        came.TrySetResult();
    }

    internal Task<INodeLink> ConnectedAsync(int times = 1) => NextAsync(() => _events.Count(e => e is LinkEvent.Connected) >= times ? Link : null);

    internal Task<LinkEvent.Disconnected> DisconnectedAsync() => NextAsync(() => _events.OfType<LinkEvent.Disconnected>().FirstOrDefault());

    internal Task<LinkEvent.NotConnected> NotConnectedAsync() => NextAsync(() => _events.OfType<LinkEvent.NotConnected>().FirstOrDefault());

    internal Task UntilAsync(Func<LinkRecorder, bool> holds) => NextAsync(() => holds(this) ? this : null);

    private void OnConnected(INodeLink link)
    {
        Link?.Close("another connection takes its place");
        Link = link;
        _batches.Clear();
        Interlocked.Exchange(ref _bytes, 0);
        if (LetsGo)
        {
            link.Close("the node is not a member any more");
            return;
        }

        foreach (var greeting in Greetings)
            link.Send(greeting);
    }

    private void OnReceived(LinkEvent.Received received)
    {
        if (!ReferenceEquals(received.Link, Link))
            return;

        if (KeepsBytes)
            _batches.Add(received.Batch.ToArray());

        Interlocked.Add(ref _bytes, received.Batch.Length);
        if (Takes)
            received.Link.Took(received.Batch.Length);
    }

    private async Task<T> NextAsync<T>(Func<T?> find)
        where T : class
    {
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            Task came;
            lock (_gate)
            {
                if (find() is { } found)
                    return found;

                came = _came.Task;
            }

            try
            {
                await came.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"What was waited for did not come within {_patience}; {Bytes} bytes and this did: {string.Join("; ", Events)}");
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
