using System.Buffers;
using RealTimeActors.Edge.WebSockets;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>
/// One client over plain HTTP: frames come up as requests of their own (<see cref="UpRequest"/>) and are answered there; everything else goes down through whichever request
/// fetches it (<see cref="DownReader"/>), a stream of events or one poll after the other.
/// </summary>
/// <remarks>Two files: what goes up and Core's side (here), what goes down (<c>Down</c>).</remarks>
internal sealed partial class HttpTransport : ITransport, ILookedAt
{
    /// <summary>Stands for the id of a hello that has none: its welcome is the answer to its request all the same. Beyond what an id can be.</summary>
    internal const long HelloId = long.MaxValue;

    /// <summary>Requests of one connection that may be under way up at one time.</summary>
    private const int UpRequestsMax = 64;

    /// <summary>Answers of one connection that may be waited for, or wait to be read, when one more such request comes.</summary>
    private const int AnswersMax = 16_384;

    private readonly Lock _gate = new();
    private readonly HttpConnections _connections;
    private readonly EdgeOptions _options;
    private readonly TimeProvider _time;
    private readonly ReceiveWindow _window;
    private readonly Dictionary<long, UpRequest> _asked = [];
    private readonly HashSet<UpRequest> _ups = [];
    private readonly TaskCompletionSource<ServerFrame> _greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _greetsInStream;
    private IConnection? _connection;
    private ServerFrame.Close? _close;
    private bool _hasEnded;

    /// <param name="connections">Where it is found by later requests.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="remote">Who is at the other end.</param>
    /// <param name="greetsInStream">Whether the welcome goes down the stream, because no request up asked for it.</param>
    internal HttpTransport(HttpConnections connections, EdgeOptions options, TimeProvider time, string remote, bool greetsInStream)
    {
        _connections = connections;
        _options = options;
        _time = time;
        _greetsInStream = greetsInStream;
        _window = new ReceiveWindow(options.ReceiveWindowBytes);
        _down = new DownBuffer(options.DownBytesMax, options.BatchesKept, options.BatchBytesKeptMax);
        _absentSince = time.GetTimestamp();
        Remote = remote;
    }

    public WireFormat Format => WireFormat.JsonLines;

    public string Name => _name;

    public string Remote { get; }

    public Identity? Identity { get; init; }

    public bool TakesAnswers => true;

    /// <summary>Tells its batches from those of other connections, also of the same session.</summary>
    internal string Id { get; } = BatchTags.New();

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
                return _hasEnded ? _close : null;
        }
    }

    internal bool HasEnded
    {
        get
        {
            lock (_gate)
                return _hasEnded;
        }
    }

    /// <summary>Opens Core's end. Called once, before anything else.</summary>
    internal void Open(Func<ITransport, IConnection> open)
    {
        var connection = open(this);
        lock (_gate)
            _connection = connection;
    }

    public void Consumed(int bytes) => _window.Consumed(bytes);

    public void Answer(ServerFrame frame)
    {
        if (frame is ServerFrame.Welcome welcome)
            Place = _connections.Register(this, new SessionCredentials(welcome.Session.Id, welcome.Session.Key));

        lock (_gate)
        {
            if (frame is ServerFrame.Close close)
                _close = close with { Id = 0 };

            if (frame is ServerFrame.Welcome && _greetsInStream)
                _down.AppendLast(Encode(frame with { Id = 0 }));
            else if (_asked.Remove(frame.Id, out var up))
                up.Answer(frame);

            _reader?.Signal();
        }

        if (frame is not ServerFrame.Welcome)
            return;

        // Given up while the welcome was on its way: nobody will come for it.
        if (HasEnded)
            _connections.Forget(this);

        _greeting.TrySetResult(frame);
    }

    public void Close(int code, string reason)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;

            _close ??= new ServerFrame.Close(code, reason);
            _down.AppendLast(Encode(_close));
            _endedAt = _time.GetTimestamp();
            End();
        }

        _greeting.TrySetResult(_close);
        _window.End();
        _connections.Ended(this);
    }

    /// <summary>Waits until Core has dealt with enough of what came up before.</summary>
    internal Task RoomAsync(TimeSpan within, CancellationToken cancellationToken) => _window.WaitAsync().AsTask().WaitAsync(within, _time, cancellationToken);

    /// <summary>Hands frames to Core and begins to wait for the answers; null: not now, there are too many such requests, or the connection has just ended.</summary>
    internal UpRequest? Begin(IReadOnlyList<ClientFrame> frames, int bytes)
    {
        var up = new UpRequest();
        var taken = new List<ClientFrame>(frames.Count);
        lock (_gate)
        {
            if (_hasEnded || _ups.Count >= UpRequestsMax || _connection is not { } connection)
                return null;

            // Who does not read what he was answered asks for no more.
            if (_asked.Count + _ups.Sum(asking => asking.Unread) > AnswersMax)
                return null;

            foreach (var frame in frames)
            {
                var asking = frame is ClientFrame.Hello { Id: 0 } ? frame with { Id = HelloId } : frame;
                if (asking.Id > 0 && !_asked.TryAdd(asking.Id, up))
                {
                    up.Refuse(new ServerFrame.Error(ErrorCode.BadRequest, $"Another frame with the id {asking.Id} is not answered yet; ids are unique among the unanswered.") { Id = asking.Id });
                    continue;
                }

                if (asking.Id > 0)
                    up.Expect(asking.Id);

                taken.Add(asking);
            }

            _ups.Add(up);
            up.EndIfAnswered();
            if (taken.Count > 0)
            {
                _window.HandedOver(bytes);
                connection.Received(taken, bytes);
            }
        }

        return up;
    }

    /// <summary>Nobody waits for the answers any more. What is still open is told, and its answers are dropped when they come.</summary>
    internal IReadOnlyList<long> Finish(UpRequest up)
    {
        lock (_gate)
        {
            _ups.Remove(up);
            long[] open = [.. up.Open.Order()];
            foreach (var id in open)
                _asked.Remove(id);

            return [.. open.Where(id => id != HelloId)];
        }
    }

    /// <summary>The session it was begun for is another one: it ends, and the session with it.</summary>
    internal void GiveUp()
    {
        lock (_gate)
        {
            if (!_hasEnded)
                _connection?.Received([new ClientFrame.Bye(KeepSession: false)], 0);
        }
    }

    /// <summary>The client is gone as far as can be seen: Core's end is closed, the session stays.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;

            _close = new ServerFrame.Close(CloseCode.HeartbeatMissed, "nobody fetches what comes down");
            End();
        }

        _greeting.TrySetResult(_close);
        _window.End();
        _connections.Ended(this);
        _connections.Forget(this);
    }

    private void End()
    {
        _hasEnded = true;
        foreach (var up in _ups)
            up.End(_close);

        _asked.Clear();
        _reader?.Signal();
        _connection?.Closed();
    }

    private static byte[] Encode(ServerFrame frame)
    {
        var line = new ArrayBufferWriter<byte>(256);
        FrameCodecs.Json.Encode(frame, line);
        return line.WrittenSpan.ToArray();
    }
}
