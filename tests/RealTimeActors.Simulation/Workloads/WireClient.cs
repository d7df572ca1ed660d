using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>
/// A client that speaks the wire itself, so that nothing of the client library is between what is sent and the checkers. It connects again whenever its connection has ended, and ends one on which nothing
/// comes any more. What it says and what it keeps is for those who derive from it.
/// </summary>
internal abstract class WireClient : ISimulatedPeer
{
    private static readonly TimeSpan _silenceMax = TimeSpan.FromSeconds(2);

    private readonly SimulatedNetwork _network;
    private readonly WireFormat _format;
    private readonly SortedDictionary<long, string> _open = [];
    private long _id;
    private bool _hasLeft;
    private TimeSpan _heardAt;

    protected WireClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        Name = name;
        World = world;
        _network = network;
        Seen = seen;
        Chance = world.Entropy.Fork(name).Numbers;
        _format = Chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
    }

    /// <summary>Whether it goes on beginning things.</summary>
    public virtual bool IsBusy { get; set; } = true;

    protected string Name { get; }

    protected SimulatedWorld World { get; }

    protected Observations Seen { get; }

    protected Xoshiro256 Chance { get; }

    /// <summary>Its connection, open or about to be; null between two.</summary>
    protected SimulatedLink? Link { get; private set; }

    protected bool IsWelcome { get; private set; }

    /// <summary>Why it cannot be judged yet: it is not connected, or has not been answered; null: nothing of that.</summary>
    protected string? Waiting => Link is null || !IsWelcome ? $"{Name} is not connected"
        : _open.Count > 0 ? $"{Name} waits for the answer to {_open.First().Value} ({_open.First().Key})"
        : null;

    /// <summary>Whether it asks for a sign of life while it is not welcome yet.</summary>
    protected virtual bool PingsBeforeWelcome => true;

    public virtual void Leave()
    {
        _hasLeft = true;
        Link?.Close();
    }

    public void Opened(SimulatedLink link)
    {
        if (link == Link)
            link.Send(Hello());
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (link != Link)
            return;

        _heardAt = Seen.Now;
        if (frame.Id > 0)
            _open.Remove(frame.Id);

        switch (frame)
        {
            case ServerFrame.Welcome welcome:
                IsWelcome = true;
                OnWelcome(link, welcome);
                break;
            case ServerFrame.Ping:
                link.Send(new ClientFrame.Pong());
                break;
            default:
                Take(link, frame);
                break;
        }
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        if (link != Link)
            return;

        Link = null;
        IsWelcome = false;
        _open.Clear();
        Disconnected();
        if (!_hasLeft)
            World.Time.After(DrawPause(), Connect);
    }

    /// <summary>What it says first.</summary>
    protected abstract ClientFrame.Hello Hello();

    protected abstract void OnWelcome(SimulatedLink link, ServerFrame.Welcome welcome);

    /// <summary>Whatever comes behind the welcome, apart from pings.</summary>
    protected abstract void Take(SimulatedLink link, ServerFrame frame);

    /// <summary>Its connection is gone.</summary>
    protected virtual void Disconnected()
    {
    }

    /// <summary>It is about to connect.</summary>
    protected virtual void Connecting()
    {
    }

    /// <summary>What its next connection goes over.</summary>
    protected virtual SimulatedWay DrawWay() => SimulatedWay.WebSocket;

    /// <summary>How soon it connects again.</summary>
    protected virtual TimeSpan DrawPause() => Chance.Ms(5, 200);

    protected void Connect()
    {
        if (Link is not null || _hasLeft)
            return;

        Connecting();
        _heardAt = Seen.Now;
        var way = DrawWay();
        Link = way == SimulatedWay.WebSocket ? _network.Connect(this, _format, Name) : _network.Connect(this, way, Name);
    }

    protected long NextId() => ++_id;

    /// <summary>Sends what has to be answered before the run ends.</summary>
    protected void Ask(SimulatedLink link, ClientFrame request)
    {
        _open[request.Id] = Line.Of(request);
        link.Send(request);
    }

    /// <summary>A ping is answered: nothing at all means that the other end is gone, and nobody has said so.</summary>
    protected void WatchForSilence() => World.Time.Every(() => Chance.Ms(300, 500), () => !_hasLeft, () =>
    {
        if (Seen.Now - _heardAt > _silenceMax)
            HangUp();
        else if (IsWelcome || PingsBeforeWelcome)
            Link?.Send(new ClientFrame.Ping());
    });

    protected void StopReading()
    {
        if (Link is not { } link)
            return;

        link.SetReading(false);
        World.Time.After(Chance.Ms(10, 200), () => link.SetReading(true));
    }

    protected void HangUp()
    {
        if (Link is not { } link)
            return;

        link.Close();
        Ended(link, null);
    }
}
