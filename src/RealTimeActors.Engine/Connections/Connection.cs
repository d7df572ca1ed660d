using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// One live connection, from its hello to its end. Belongs to one <see cref="EdgeActor"/>, which calls it for one message at a time.
/// </summary>
/// <remarks>Sixteen files: its life (here), from hello to welcome (<c>Hello</c>), who the client is and what it may do (<c>Access</c>), what it asks (<c>Requests</c>; what it could not process: <c>Nacks</c>), what it follows (<c>Subscriptions</c>, <c>Joins</c>, <c>Inboxes</c>; by patterns <c>Patterns</c>, <c>Walk</c>, <c>Sleepers</c>), who is there (<c>Presence</c>, <c>Onlookers</c>),
/// what goes out (<c>Output</c>; in it the events: <c>Events</c>), what can be seen of it (<c>Inspection</c>).</remarks>
internal sealed partial class Connection(ITransport transport, EdgeServices services) : IConnection
{
    private const int SessionIdCharsMax = 64;

    private readonly ChannelTable<Subscription> _subscriptions = new();
    private Queue<(IReadOnlyList<ClientFrame> Frames, int Bytes)>? _early;
    private readonly ChannelTable<SessionSubscription> _resumable = new();
    private Phase _phase = Phase.AwaitingHello;
    private ConnectionRef? _ref;

    /// <summary>When the time for hello, for the check of its token, or for the answer to bye, began.</summary>
    private long _beganUnixMs;
    private EdgeActor _edge = null!;
    private ClientFrame.Hello? _hello;
    private long _helloId;
    private ITrace? _helloTrace;
    private bool _isResumed;
    private string? _notResumed;
    private string _key = "";
    private bool _isFormerKeyRetired;
    private int _joining;
    private long? _credit;
    private List<ServerFrame.Subscribed>? _begun;
    private List<ServerFrame.Unsubscribed>? _refused;

    /// <summary>What the resumed session follows and may not any more; only until the client is welcome.</summary>
    private List<ChannelName>? _takenOut;

    private enum Phase
    {
        AwaitingHello,
        Authenticating,
        OpeningSession,
        Joining,
        Open,
        Leaving,
        Ended,
    }

    internal WireFormat Format { get; private set; } = transport.Format;

    internal string Id { get; private set; } = "";

    internal string SessionId { get; private set; } = "";

    /// <summary>Whose it is; null where nobody is asked.</summary>
    internal string? User => _identity?.User;

    internal bool IsOpen => _phase == Phase.Open;

    /// <summary>Since when it is here, by the clock's time stamps.</summary>
    internal long OpenedAt { get; set; }

    internal bool IsEnded => _phase == Phase.Ended;

    /// <summary>The last sign of life of the client, Unix milliseconds.</summary>
    internal long HeardUnixMs { get; private set; }

    internal long NowUnixMs => _edge.NowUnixMs;

    /// <summary>The connection as its session knows it; null before hello.</summary>
    internal ConnectionRef? Ref => _ref;

    void IConnection.Received(IReadOnlyList<ClientFrame> frames, int bytes) => services.EdgeOf(this).Tell(new EdgeMessage.Received(this, frames, bytes));

    void IConnection.Writable() => services.EdgeOf(this).Tell(new EdgeMessage.Writable(this));

    void IConnection.Closed() => services.EdgeOf(this).Tell(new EdgeMessage.Closed(this));

    /// <summary>The number by which the connection finds its edge actor: assigned once, before anything is told.</summary>
    internal int EdgeIndex { get; init; }

    internal void OnOpened(EdgeActor edge)
    {
        _edge = edge;
        Id = $"c-{edge.NewId()}";
        HeardUnixMs = _beganUnixMs = _connectedUnixMs = edge.NowUnixMs;
    }

    internal void OnReceived(IReadOnlyList<ClientFrame> frames, int bytes)
    {
        HeardUnixMs = NowUnixMs;
        _isPinged = false;
        if (_phase is Phase.Authenticating or Phase.OpeningSession or Phase.Joining)
        {
            // Bounded by the transport's window: nothing of it is consumed until it is handled.
            (_early ??= new()).Enqueue((frames, bytes));
            return;
        }

        // The look at it once a second may come late, where the process stood still: nothing is done for a token that has expired.
        if (_phase == Phase.Open && IsExpired)
        {
            Close(CloseCode.TokenExpired, "token expired");
            return;
        }

        _edge.Figures.BytesReceived += bytes;
        var batch = new ReceivedBatch(this, bytes, _edge.Timestamp);
        for (var i = 0; i < frames.Count && _phase is not (Phase.Leaving or Phase.Ended); i++)
        {
            if (_phase != Phase.AwaitingHello)
            {
                OnFrame(frames[i], batch);
            }
            else if (frames[i] is ClientFrame.Hello hello)
            {
                OnHello(hello);
                if (i + 1 < frames.Count && _phase != Phase.Ended)
                    (_early ??= new()).Enqueue(([.. frames.Skip(i + 1)], 0));

                break;
            }
            else if (frames[i] is not ClientFrame.TransportPing)
            {
                Close(CloseCode.HelloExpected, "the first frame is hello");
            }
        }

        batch.Release();
    }

    /// <summary>Everything that the session knows of the client is on disk, or nobody knows when it will be: bye is answered.</summary>
    internal void OnDetached()
    {
        if (_phase == Phase.Leaving)
            Close(CloseCode.Bye, "bye");
    }

    internal void OnClosed()
    {
        if (_phase == Phase.Ended)
            return;

        _phase = Phase.Ended;
        _helloTrace?.End("closed");
        LeavePatterns();
        LeaveAll();
        var present = EndPresences(isLeaving: ClosedWith is CloseCode.Bye or CloseCode.SessionEnded or CloseCode.PutOut or CloseCode.TokenRevoked or CloseCode.TokenNeeded);
        if (_ref is { } self)
            services.Sessions.Tell(new SessionCommand.Detach(SessionId, self) { Present = present });

        _edge.Remove(this);
    }

    /// <summary>Tells the client why, closes the transport and lets go of everything but the session.</summary>
    internal void Close(int code, string reason, long afterMs = 0)
    {
        if (_phase == Phase.Ended)
            return;

        ClosedWith = code;
        Send(new ServerFrame.Close(code, reason) { AfterMs = afterMs });
        _edge.FlushNow(this);
        transport.Close(code, reason);
        OnClosed();
    }

    /// <summary>Something here was wrong that nobody thought of: the connection ends, its client comes back and resumes.</summary>
    internal void Fail(Exception fault)
    {
        if (_phase == Phase.Ended)
            return;

        ClosedWith = CloseCode.TryAgain;
        transport.Close(ClosedWith, $"internal: {fault.GetType().Name}");
        OnClosed();
    }

    /// <summary>Once a second: has the client said hello, is it still there, has something been left out that it was not told of?</summary>
    internal void OnTick()
    {
        var silentMs = NowUnixMs - HeardUnixMs;
        var heartbeatMs = (long)services.Options.Heartbeat.TotalMilliseconds;
        var isOverdue = NowUnixMs - _beganUnixMs > (long)services.Options.HelloWithin.TotalMilliseconds;
        if (_phase == Phase.AwaitingHello && isOverdue)
        {
            Close(CloseCode.HelloExpected, "no hello came in time");
        }
        else if (_phase == Phase.Authenticating && isOverdue)
        {
            Close(CloseCode.TryAgain, "the token could not be checked in time", afterMs: 1_000);
        }
        else if (_phase == Phase.Leaving && isOverdue)
        {
            OnDetached();
        }
        else if (IsExpired)
        {
            Close(CloseCode.TokenExpired, "token expired");
        }
        else if (silentMs > 2 * heartbeatMs)
        {
            Close(CloseCode.HeartbeatMissed, "no sign of life");
        }
        else if (_phase == Phase.Joining)
        {
            WatchPatterns();
        }
        else if (_phase == Phase.Open)
        {
            if (silentMs >= heartbeatMs && !_isPinged)
            {
                _isPinged = true;
                SendPing();
            }

            AttachIfDue();
            TellSkipsNow();
            PrepareRedeliveries();
            TellNacksOfAll();
            WatchPatterns();
            WatchBlocked();
            TellUnheard();
        }
    }

    private void LeaveAll()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            _edge.AwaitAcks(this, subscription.Channel);
            subscription.Channel.Remove(subscription);
            _edge.Due.Set(subscription, null);
        }

        _redeliveries = null;
        _nacksLater = null;

        _subscriptions.Clear();
        _ready.Clear();
        _early = null;
    }
}
