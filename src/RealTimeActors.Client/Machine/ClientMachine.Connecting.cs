using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Connect, greet, lose, pause, connect again.
public sealed partial class ClientMachine
{
    private ReconnectAdvice _advice;
    private ConnectionPhase _phase;

    /// <summary>When the present phase ends by itself.</summary>
    private TimeSpan? _phaseUntil;
    private TimeSpan _welcomedAt;
    private int _connection;
    private int _lastConnection;
    private int _attempt;
    private int _endpoint;
    private string? _redirect;
    private bool _hasEverConnected;

    /// <summary>The most bytes of one frame that the server takes.</summary>
    public long FrameBytesMax { get; private set; } = Limits.FrameBytesMax;

    /// <summary>Why there is no connection at present, or why the last attempt failed; null while there is one, and before the first attempt has failed.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Begins to connect.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Idle)
            throw new InvalidOperationException("A client is started once; this one was started before.");

        Enter(ClientState.Connecting, "started");
        Attempt(now);
    }

    /// <summary>Ends the client: says bye where it is connected, and takes no more requests. What is not answered is completed as such.</summary>
    /// <param name="now">The time.</param>
    /// <param name="keepSession">Whether the session can be resumed later.</param>
    public void Close(TimeSpan now, bool keepSession)
    {
        AbandonSuccessor("closed by the application");
        _goawayAt = null;
        if (_phase == ConnectionPhase.Welcomed)
        {
            FlushAcks(now);
            Send(now, new ClientFrame.Bye(keepSession) { Id = NextId() });
            _phase = ConnectionPhase.Leaving;
            _phaseUntil = now + _options.CloseWithin;
        }
        else if (_phase is not (ConnectionPhase.Leaving or ConnectionPhase.Ended))
        {
            if (_phase is ConnectionPhase.Opening or ConnectionPhase.Greeting)
                Emit(new ClientEffect.CloseTransport(_connection, "closed by the application"));
            End("closed by the application", CloseCode.Bye);
        }
    }

    /// <summary>The transport is open.</summary>
    public void Opened(TimeSpan now, int connection)
    {
        if (connection == _successor?.Connection)
        {
            SuccessorOpened(now);
            return;
        }

        if (connection != _connection || _phase != ConnectionPhase.Opening)
            return;

        _phase = ConnectionPhase.Greeting;
        _phaseUntil = now + _options.AnswerWithin;
        _lastReceived = now;
        var asked = SubscriptionsForHello();
        foreach (var subscription in asked)
            subscription.Phase = SubscriptionPhase.Requested;

        Send(now, HelloWith(asked, CreditForHello()));
    }

    private ClientFrame.Hello HelloWith(IReadOnlyList<ClientSubscription> asked, long? credit)
    {
        _tokenOfHello = _token;
        return new ClientFrame.Hello
        {
            Id = NextId(),
            Token = _token,
            SessionId = Session?.Id,
            SessionKey = Session?.Key,
            Client = _options.ClientName,
            Subscriptions = [.. asked.Select(RequestOf)],
            InitialCredit = credit,
            PieceBytes = _options.PieceBytes,
        };
    }

    /// <summary>The transport could not be opened, or has ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which one.</param>
    /// <param name="closeCode">The code it was closed with; null where there was none.</param>
    /// <param name="reason">For people.</param>
    public void Disconnected(TimeSpan now, int connection, int? closeCode, string reason)
    {
        if (connection == _successor?.Connection)
            SuccessorFailed(now, closeCode, reason, TimeSpan.Zero);
        else if (connection == _connection && _phase is ConnectionPhase.Opening or ConnectionPhase.Greeting or ConnectionPhase.Welcomed or ConnectionPhase.Leaving)
            Lose(now, closeCode, reason);
    }

    private void OnClose(TimeSpan now, ServerFrame.Close close)
    {
        Emit(new ClientEffect.CloseTransport(_connection, close.Reason));
        Lose(now, close.Code, close.Reason, TimeSpan.FromMilliseconds(close.AfterMs));
    }

    private void OnWelcome(TimeSpan now, ServerFrame.Welcome welcome)
    {
        if (_phase != ConnectionPhase.Greeting)
        {
            Fault(now, "A second welcome came.");
            return;
        }

        // Somewhere between hello and welcome: half way is as good a guess as any.
        SetClock(now, welcome.TimeUnixMs, (long)((now - _phaseUntil + _options.AnswerWithin) ?? TimeSpan.Zero).TotalMilliseconds / 2);
        _phase = ConnectionPhase.Welcomed;
        _phaseUntil = null;
        _welcomedAt = now;
        _hasEverConnected = true;
        Trouble = null;
        _advice = welcome.Reconnect;
        _heartbeat = TimeSpan.FromMilliseconds(welcome.HeartbeatMs > 0 ? welcome.HeartbeatMs : HeartbeatDefaultMs);
        FrameBytesMax = welcome.FrameBytesMax > 0 ? welcome.FrameBytesMax : Limits.FrameBytesMax;
        Session = new SessionTicket(welcome.Session.Id, welcome.Session.Key);
        Emit(new ClientEffect.SessionChanged(Session, welcome.Session.Resumed, welcome.Session.Reason));

        // The first frame on this connection retires the former key, so that one that leaked is of no use.
        Ping(now);
        Enter(ClientState.Connected, "welcomed by " + welcome.Node);
        ShowNewerToken(now);

        // What was handled between hello and welcome could not be given back then; with the whole window in hand nothing would come that asks for it again.
        Owe(now, 0);
        ResumeSubscriptions(now, welcome);
        ResumePublishing(now);
        ResumeMutating(now);
        ResumePresence(now);
        ResumeRequests(now);
    }

    private void Attempt(TimeSpan now)
    {
        if (_renewAt <= now)
            ForgetToken();

        if (_options.UsesTokens && !_hasToken)
        {
            _phase = ConnectionPhase.ObtainingToken;
            _phaseUntil = now + _options.OpenWithin;
            Emit(new ClientEffect.ObtainToken());
        }
        else
        {
            Open(now);
        }
    }

    private void Open(TimeSpan now)
    {
        _phase = ConnectionPhase.Opening;
        _phaseUntil = now + _options.OpenWithin;
        _connection = ++_lastConnection;
        Emit(new ClientEffect.Open(_connection, NextEndpoint()));
    }

    private string NextEndpoint()
    {
        var endpoint = _redirect ?? _options.Endpoints[_endpoint % _options.Endpoints.Count];
        _redirect = null;
        return endpoint;
    }

    /// <summary>The server does not keep to the contract: the connection is given up, and whatever it was is tried once more on another.</summary>
    private void Fault(TimeSpan now, string reason) => Drop(now, null, reason);

    private void Drop(TimeSpan now, int? code, string reason)
    {
        Emit(new ClientEffect.CloseTransport(_connection, reason));
        Lose(now, code, reason);
    }

    /// <summary>The connection is gone, or none came about: what to do next is read off the range of the code.</summary>
    private void Lose(TimeSpan now, int? code, string reason, TimeSpan after = default)
    {
        var wasWelcomed = _phase == ConnectionPhase.Welcomed;
        if (wasWelcomed && now - _welcomedAt >= _options.StableAfter)
            _attempt = 0;

        if (wasWelcomed && IsSucceeded(code, reason))
            return;

        // By a successor that then got lost itself: nobody else has the session.
        if (IsTakenOverByItself(code))
            code = null;

        // Whoever was asked to come back at a moment of his own does so, even if the connection did not last until then.
        var notBefore = _goawayAt - now;
        var isLeaving = _phase == ConnectionPhase.Leaving;
        _phase = ConnectionPhase.Pausing;
        Trouble = reason;
        _goawayAt = null;
        _hasGreetedElsewhere = false;
        _isRenewing = false;
        Detach();

        if (isLeaving)
        {
            End("closed by the application", CloseCode.Bye);
            return;
        }

        var isAtOnce = false;
        switch (code)
        {
            case >= 4000 and < 4100:
                isAtOnce = true;
                break;
            case >= 4200 and < 4300:
                _endpoint++;
                isAtOnce = true;
                break;
            case >= 4300 and < 4400 when _options.UsesTokens:
                ForgetToken();
                isAtOnce = true;
                break;
            case >= 4300 and < 4500:
                End(reason, code.Value);
                return;
            case >= 4100 and < 4200:
                break;
            default:
                if (!wasWelcomed)
                    _endpoint++;
                break;
        }

        // At once means the first time; a server that keeps closing at once is not called in a circle.
        var pause = isAtOnce && _attempt == 0 ? TimeSpan.Zero : Backoff.Pause(_advice, _attempt, _chance());
        if (after > pause)
            pause = after;
        if (notBefore > pause)
            pause = notBefore.Value;
        _attempt++;
        Enter(_hasEverConnected ? ClientState.Reconnecting : ClientState.Connecting, reason, code);

        _phaseUntil = now + pause;
        if (pause == TimeSpan.Zero)
            Attempt(now);
    }

    private void Detach()
    {
        DetachSubscriptions();
        _outbox.ConnectionLost();
        _mutations.ConnectionLost();
        DetachPresence();
        DetachRequests();
    }

    private void End(string reason, int code)
    {
        _phase = ConnectionPhase.Ended;
        _phaseUntil = null;
        _goawayAt = null;
        AbandonSuccessor(reason);
        EndPublishing();
        EndMutating();
        EndRequests();
        EndPresence();
        EndSubscriptions(code, reason);
        ForgetUntold();
        Enter(ClientState.Closed, reason, code);
    }

    private TimeSpan? ConnectionDeadline => _phaseUntil;

    private void TickConnection(TimeSpan now)
    {
        if (_phaseUntil is null || _phaseUntil > now)
            return;

        switch (_phase)
        {
            case ConnectionPhase.Pausing:
                Attempt(now);
                break;
            case ConnectionPhase.ObtainingToken:
                Lose(now, null, $"No token came within {_options.OpenWithin}.");
                break;
            case ConnectionPhase.Opening:
                Drop(now, null, $"The transport did not open within {_options.OpenWithin}.");
                break;
            case ConnectionPhase.Greeting:
                Drop(now, null, $"No welcome came within {_options.AnswerWithin}.");
                break;
            case ConnectionPhase.Leaving:
                Drop(now, null, $"No close came within {_options.CloseWithin}.");
                break;
        }
    }

    private const long HeartbeatDefaultMs = 25_000;
}
