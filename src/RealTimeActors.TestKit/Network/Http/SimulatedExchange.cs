using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>
/// One request over plain HTTP and its answer: the request arrives whole or not at all; the answer comes as a head, bytes and an end, late, in pieces, and may break off at any byte.
/// </summary>
/// <remarks>The members above the line are the client's, those below the server's.</remarks>
internal sealed class SimulatedExchange(SimulatedNetwork network, Xoshiro256 chance, SimulatedLink link, IExchangeClient client) : IServerExchange
{
    /// <summary>Parts of the answer on their way: where each begins, and how much of it there is. Head and end count as one byte.</summary>
    private readonly Queue<(long Start, int Length, Action<int> Deliver)> _underWay = new();
    private SimulatedHttpServer? _server;
    private DateTimeOffset _lastToClient;
    private long _sent;
    private long _arrived;
    private long _read;
    private long _mayArrive = long.MaxValue;
    private bool _isReading = true;
    private bool _hasArrived;
    private bool _isLostOnTheWayUp;
    private bool _isCut;
    private bool _isServerTold;
    private bool _isClientDone;

    /// <summary>Nothing comes any more on the client's side.</summary>
    public bool IsClientDone => _isClientDone;

    /// <summary>The server has begun to answer.</summary>
    internal bool IsAnswered { get; private set; }

    /// <summary>The server has the request.</summary>
    internal bool HasArrived => _hasArrived;

    internal long BytesUnread => _isClientDone ? 0 : _sent - _read;

    /// <summary>Asks: what is to happen at the server happens there, later, or never.</summary>
    internal void Ask(Action<SimulatedHttpServer> arrive) => network.After(network.Latency(chance), () =>
    {
        if (_isLostOnTheWayUp)
            return;

        if (network.HttpOf(link) is { } server && chance.Fraction() >= network.Faults.ConnectFailureChance)
        {
            _server = server;
            _hasArrived = true;
            server.Add(this);
            arrive(server);
            return;
        }

        network.Counts.ConnectFailures++;
        BreakClient();
    });

    internal void SetReading(bool isReading)
    {
        _isReading = isReading;
        Read();
    }

    /// <summary>The client wants no more of it; the server notices a little later.</summary>
    internal void Abort()
    {
        if (_isClientDone)
            return;

        _isClientDone = true;
        _underWay.Clear();
        network.After(network.Latency(chance), TellServer);
    }

    /// <summary>It breaks: of what is under way some still arrives, up to any byte. One end may not notice.</summary>
    internal void Cut()
    {
        if (_isClientDone || _isCut)
            return;

        _isCut = true;
        if (!_hasArrived && chance.OneIn(2))
            _isLostOnTheWayUp = true;

        _mayArrive = _arrived + (long)(chance.Fraction() * (_sent - _arrived + 1));
        var isHalfOpen = chance.Fraction() < network.Faults.HalfOpenChance;
        var isForServer = chance.OneIn(2);
        if (isHalfOpen)
            network.Counts.HalfOpen++;

        if (!isHalfOpen || isForServer)
            network.After(network.Latency(chance), TellServer);

        if (!isHalfOpen || !isForServer)
            ToClient(BreakClient);
    }

    // The server's side.

    /// <summary>Something of the request is not wanted any more: nobody is there for the answer.</summary>
    public Action? OnAborted { get; set; }

    /// <summary>There is room again.</summary>
    public Action? OnDrained { get; set; }

    public bool HasRoom => _isCut || _isClientDone || _sent - _read < network.Faults.BufferBytes;

    public void Head(HttpHead head)
    {
        IsAnswered = true;
        Put(1, _ => client.Began(this, head));
    }

    public void Body(byte[] bytes)
    {
        var at = bytes.Length > 1 && chance.Fraction() < network.Faults.SplitChance ? 1 + chance.Below(bytes.Length - 1) : bytes.Length;
        PutBytes(bytes[..at]);
        if (at < bytes.Length)
            PutBytes(bytes[at..]);

        if (chance.Fraction() < network.Faults.AnswerCutChance)
        {
            network.Counts.Cut++;
            Cut();
        }
    }

    public void End()
    {
        _isServerTold = true;
        _server?.Remove(this);
        Put(1, _ =>
        {
            _isClientDone = true;
            client.Ended(this);
        });
    }

    /// <summary>The server breaks it off.</summary>
    public void Break()
    {
        _isServerTold = true;
        _isCut = true;
        _server?.Remove(this);
        ToClient(BreakClient);
    }

    /// <summary>The server is gone.</summary>
    internal void Vanish()
    {
        OnAborted = null;
        OnDrained = null;
        _isServerTold = true;
        _mayArrive = Math.Min(_mayArrive, _arrived + (long)(chance.Fraction() * (_sent - _arrived + 1)));
        _isCut = true;
        if (chance.Fraction() < network.Faults.HalfOpenChance)
            network.Counts.HalfOpen++;
        else
            ToClient(BreakClient);
    }

    private void PutBytes(byte[] bytes) => Put(bytes.Length, count => client.Came(this, bytes.AsSpan(0, count)));

    private void Put(int length, Action<int> deliver)
    {
        if (_isCut || _isClientDone || length == 0)
            return;

        _underWay.Enqueue((_sent, length, deliver));
        _sent += length;
        ToClient(() =>
        {
            _arrived += length;
            Read();
        });
    }

    private void Read()
    {
        if (!_isReading || _isClientDone)
            return;

        var to = Math.Min(_arrived, _mayArrive);
        while (!_isClientDone && _underWay.TryPeek(out var next) && next.Start < to)
        {
            _underWay.Dequeue();
            var count = (int)Math.Min(next.Length, to - next.Start);
            _read = next.Start + count;
            next.Deliver(count);
        }

        _read = Math.Max(_read, to);
        if (HasRoom)
        {
            var drained = OnDrained;
            OnDrained = null;
            drained?.Invoke();
        }
    }

    private void BreakClient()
    {
        // A client that does not read learns of the end when it reads on; a simulation does not wait for that.
        _isReading = true;
        Read();
        if (_isClientDone)
            return;

        _isClientDone = true;
        client.Broke(this);
    }

    private void TellServer()
    {
        if (_isServerTold)
            return;

        _isServerTold = true;
        _server?.Remove(this);
        if (_hasArrived)
            OnAborted?.Invoke();
    }

    private void ToClient(Action act)
    {
        var now = network.Time.GetUtcNow();
        var due = now + network.Latency(chance);
        if (due <= _lastToClient)
            due = _lastToClient.AddTicks(1);

        _lastToClient = due;
        network.After(due - now, act);
    }
}
