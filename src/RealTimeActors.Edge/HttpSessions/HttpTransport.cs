using RealTimeActors.Edge.WebSockets;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>
/// One client over plain HTTP: requests come and go on threads of their own, and meet here. What they mean to each other is the <see cref="HttpLine"/>'s affair, which the simulation runs too;
/// here it is guarded, waited for and given its place among the others.
/// </summary>
internal sealed class HttpTransport : ITransport, ILookedAt
{
    private readonly Lock _gate = new();
    private readonly HttpConnections _connections;
    private readonly TimeProvider _time;
    private readonly ReceiveWindow _window;
    private readonly HttpLine _line;
    private readonly TaskCompletionSource<ServerFrame> _greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="connections">Where it is found by later requests.</param>
    /// <param name="windowBytes">Bytes that came up and are not dealt with; beyond it nothing more is taken.</param>
    /// <param name="options">The other bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="remote">Who is at the other end.</param>
    /// <param name="greetsInStream">Whether the welcome goes down the stream, because no request up asked for it.</param>
    internal HttpTransport(HttpConnections connections, int windowBytes, HttpLineOptions options, TimeProvider time, string remote, bool greetsInStream)
    {
        _connections = connections;
        _time = time;
        _window = new ReceiveWindow(windowBytes);
        _line = new HttpLine(BatchTags.New(), options, time, greetsInStream);
        Remote = remote;
    }

    public WireFormat Format => WireFormat.JsonLines;

    public string Name => _line.Name;

    public string Remote { get; }

    public Identity? Identity { get; init; }

    public bool TakesAnswers => true;

    /// <summary>By which the connection is found; empty before the welcome.</summary>
    internal string Place { get; private set; } = "";

    /// <summary>The welcome, or the close frame that came in its place.</summary>
    internal Task<ServerFrame> Greeting => _greeting.Task;

    /// <summary>Why the connection was closed, as its client is told; null: it lives, or nobody closed it.</summary>
    internal ServerFrame.Close? ClosedBy
    {
        get
        {
            lock (_gate)
                return _line.ClosedBy;
        }
    }

    internal bool HasEnded
    {
        get
        {
            lock (_gate)
                return _line.HasEnded;
        }
    }

    /// <summary>Opens Core's end. Called once, before anything else.</summary>
    internal void Open(Func<ITransport, IConnection> open)
    {
        var connection = open(this);
        lock (_gate)
            _line.Open(connection);
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            return _line.Send(bytes);
    }

    public void Consumed(int bytes) => _window.Consumed(bytes);

    public void Answer(ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome welcome)
            Place = _connections.Register(this, new SessionCredentials(welcome.Session.Id, welcome.Session.Key));

        lock (_gate)
            _line.Answer(frame);

        if (frame is not ServerFrame.Welcome)
            return;

        // Given up while the welcome was on its way: nobody will come for it.
        if (HasEnded)
            _connections.Forget(this);

        _greeting.TrySetResult(frame);
    }

    public void Close(int code, string reason)
    {
        ServerFrame.Close? close;
        lock (_gate)
            close = _line.Close(code, reason);

        if (close is not null)
            Ended(close);
    }

    /// <summary>What a client says that it has when it has everything up to this batch.</summary>
    internal BatchId IdOf(long number) => _line.IdOf(number);

    /// <summary>Waits until Core has dealt with enough of what came up before.</summary>
    internal Task RoomAsync(TimeSpan within, CancellationToken cancellationToken) => _window.WaitAsync().AsTask().WaitAsync(within, _time, cancellationToken);

    /// <summary>Hands frames to Core and begins to wait for the answers; null: not now, there are too many such requests, or the connection has just ended.</summary>
    internal UpAnswers? Begin(IReadOnlyList<ClientFrame> frames, int bytes)
    {
        var up = new UpAnswers();
        int? taken;

        // Before Core can say that it has dealt with them.
        _window.HandedOver(bytes);
        lock (_gate)
            taken = _line.Begin(up, frames, bytes);

        if (taken is not > 0)
            _window.Consumed(bytes);

        return taken is null ? null : up;
    }

    /// <summary>Nobody waits for the answers any more. What is still open is told, and its answers are dropped when they come.</summary>
    internal IReadOnlyList<long> Finish(UpAnswers up)
    {
        lock (_gate)
            return _line.Finish(up);
    }

    /// <summary>The session it was begun for is another one: it ends, and the session with it.</summary>
    internal void GiveUp()
    {
        lock (_gate)
            _line.GiveUp();
    }

    /// <summary>The client is gone as far as can be seen: Core's end is closed, the session stays.</summary>
    internal void Abandon()
    {
        ServerFrame.Close? close;
        lock (_gate)
            close = _line.Abandon();

        if (close is null)
            return;

        Ended(close);
        _connections.Forget(this);
    }

    /// <summary>Where a request begins that has this already; null: it has nothing.</summary>
    internal DownStart StartOf(BatchId? after, bool hasIdentity)
    {
        lock (_gate)
            return _line.StartOf(after, hasIdentity);
    }

    /// <summary>From now on this request fetches what comes down; one that did before ends.</summary>
    internal void Attach(DownRequest request, long after)
    {
        DownReader? stuck;
        lock (_gate)
            stuck = _line.Attach(request, after);

        stuck?.Abort();
    }

    /// <summary>The request is over.</summary>
    internal void Detach(DownRequest request)
    {
        lock (_gate)
            _line.Detach(request);
    }

    /// <summary>Waits for what follows the batch <paramref name="after"/>.</summary>
    /// <param name="request">Who fetches.</param>
    /// <param name="after">The number of the last batch that it has.</param>
    /// <param name="wait">How long it waits for one; null: until there is one, with signs of life between.</param>
    internal async ValueTask<DownRead> ReadAsync(DownRequest request, long after, TimeSpan? wait = null)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            Task signal;
            lock (_gate)
            {
                if (_line.Read(request, after) is { } read)
                    return read;

                signal = request.WaitAsync();
            }

            if (wait is not { } limit)
            {
                await signal;
                continue;
            }

            var left = limit - _time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                return DownRead.Nothing.Instance;

            try
            {
                await signal.WaitAsync(left, _time);
            }
            catch (TimeoutException)
            {
                return DownRead.Nothing.Instance;
            }
        }
    }

    /// <summary>The reader begins or ends a write: while it writes nothing is known of its client.</summary>
    internal void Writes(DownRequest request, bool begins)
    {
        lock (_gate)
            _line.Writes(request, begins);
    }

    public void Look()
    {
        LineLook look;
        lock (_gate)
            look = _line.Look();

        look.Stuck?.Abort();
        if (look.IsAbandoned)
            Abandon();

        if (look.IsOver)
            _connections.Forget(this);
    }

    private void Ended(ServerFrame.Close close)
    {
        _greeting.TrySetResult(close);
        _window.End();
        _connections.Ended(this);
    }
}
