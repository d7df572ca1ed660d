using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>A request that fetches what comes down, at the server: what the product's endpoints do around a <see cref="HttpLine"/>, without the HTTP.</summary>
internal abstract class SimulatedDown : DownReader
{
    private bool _isSignalled;

    private protected SimulatedDown(string name, IServerExchange exchange, SimulatedNetwork network, HttpLine line, long after)
        : base(name)
    {
        Exchange = exchange;
        Network = network;
        Line = line;
        After = after;
    }

    private protected IServerExchange Exchange { get; }

    private protected SimulatedNetwork Network { get; }

    private protected HttpLine Line { get; }

    /// <summary>The last batch that was written.</summary>
    private protected long After { get; set; }

    private protected bool IsOver { get; private set; }

    /// <summary>Begins to fetch.</summary>
    internal void Start()
    {
        Exchange.OnAborted = Finish;
        Line.Attach(this, After)?.Abort();
        Begin();
    }

    public override void Signal()
    {
        if (_isSignalled || IsOver)
            return;

        // As a continuation that runs on its own: never from within what signalled.
        _isSignalled = true;
        Network.After(TimeSpan.Zero, () =>
        {
            _isSignalled = false;
            if (!IsOver)
                Fetch();
        });
    }

    public override void Abort()
    {
        if (IsOver)
            return;

        Finish();
        Exchange.Break();
    }

    private protected abstract void Begin();

    private protected abstract void Fetch();

    private protected void Finish()
    {
        IsOver = true;
        Line.Detach(this);
    }
}
