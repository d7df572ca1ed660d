using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>One process around the real client's state machine, on a simulated wire that may not be there at all. What it does with events and states is for those who derive from it.</summary>
internal abstract class MachineHost : ISimulatedPeer
{
    private readonly string _name;
    private readonly WireFormat _format;
    private readonly SimulatedNetwork _network;
    private readonly ITimer _tick;

    /// <summary>One, or two while one takes the other's place; the newest last.</summary>
    private readonly List<(int Connection, SimulatedLink Link)> _links = [];
    private bool _isPumping;
    private bool _isOffline;

    protected MachineHost(string name, WireFormat format, ClientMachineOptions options, SimulatedWorld world, SimulatedNetwork network, SeededEntropy entropy)
    {
        _name = name;
        _format = format;
        World = world;
        _network = network;
        var producer = new byte[16];
        entropy.Fork("producer").Fill(producer);
        Machine = new ClientMachine(options, producer, entropy.Fork("jitter").Numbers.Fraction);
        _tick = world.Time.CreateTimer(_ => Do(now => Machine.Tick(now)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Its newest connection; null: none.</summary>
    public SimulatedLink? Link => _links.Count == 0 ? null : _links[^1].Link;

    protected ClientMachine Machine { get; }

    protected SimulatedWorld World { get; }

    protected TimeSpan Now => World.Time.Elapsed;

    /// <summary>What every such process is told; the rest is its own.</summary>
    public static ClientMachineOptions OptionsOf(string name) => new()
    {
        Endpoints = ["n1"],
        ClientName = name,
        OpenWithin = TimeSpan.FromMilliseconds(500),
        AnswerWithin = TimeSpan.FromMilliseconds(700),
        CloseWithin = TimeSpan.FromMilliseconds(300),
        RequestWithin = TimeSpan.FromSeconds(3),
        Reconnect = new ReconnectAdvice(20, 400, 1.5, 1),
    };

    /// <summary>What it waits for; null: nothing.</summary>
    public abstract string? Unfinished();

    /// <summary>There is a network, or there is none.</summary>
    public void SetOffline(bool isOffline)
    {
        _isOffline = isOffline;
        foreach (var (connection, link) in isOffline ? _links.ToArray() : [])
        {
            _links.RemoveAll(one => one.Link == link);
            link.Close();
            Do(now => Machine.Disconnected(now, connection, null, "there is no network"));
        }
    }

    /// <summary>The process ends without a word; the system closes its sockets.</summary>
    public virtual void Kill()
    {
        if (!IsAlive)
            return;

        IsAlive = false;
        _tick.Dispose();
        foreach (var (_, link) in _links)
            link.Close();
    }

    public virtual void Start() => Do(Machine.Start);

    public void Close(bool keepSession = true) => Do(now => Machine.Close(now, keepSession));

    /// <summary>Whether the process reads what arrives, on every connection that it has.</summary>
    public void SetReading(bool reads)
    {
        // What is read may end one of them.
        foreach (var (_, link) in _links.ToArray())
            link.SetReading(reads);
    }

    public void Opened(SimulatedLink link)
    {
        if (NumberOf(link) is { } connection)
            Do(now => Machine.Opened(now, connection));
        else
            link.Close();
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        if (NumberOf(link) is { } connection)
            Do(now => Machine.Received(now, connection, frame));
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        if (NumberOf(link) is not { } connection)
            return;

        _links.RemoveAll(one => one.Link == link);
        Do(now => Machine.Disconnected(now, connection, closeCode, "the connection ended"));
    }

    protected virtual SimulatedLink Connect() => _network.Connect(this, _format, _name);

    /// <summary>What has nothing to do with connections.</summary>
    protected abstract void Carry(ClientEffect effect);

    /// <summary>Everything that it wanted for now is done.</summary>
    protected virtual void CarriedOut()
    {
    }

    /// <summary>Tells the machine something and carries out what it wants.</summary>
    protected void Do(Action<TimeSpan> tell)
    {
        if (!IsAlive)
            return;

        tell(Now);
        if (_isPumping)
            return;

        _isPumping = true;
        while (IsAlive && Machine.TryTake(out var effect))
            CarryOut(effect);

        _isPumping = false;
        CarriedOut();
        if (IsAlive)
            _tick.Change(Machine.NextDeadline is { } due ? (due > Now ? due - Now : TimeSpan.Zero) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void CarryOut(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.Open open when _isOffline:
                World.Time.After(TimeSpan.FromMilliseconds(1), () => Do(now => Machine.Disconnected(now, open.Connection, null, "there is no network")));
                break;
            case ClientEffect.Open open:
                _links.Add((open.Connection, Connect()));
                break;
            case ClientEffect.Send send:
                Find(send.Connection)?.Send(send.Frame);
                break;
            case ClientEffect.CloseTransport close when Find(close.Connection) is { } link:
                _links.RemoveAll(one => one.Link == link);
                link.Close();
                break;
            case ClientEffect.CloseTransport:
                break; // It ended by itself.
            default:
                Carry(effect);
                break;
        }
    }

    private int? NumberOf(SimulatedLink link)
    {
        var at = _links.FindIndex(one => one.Link == link);
        return at < 0 ? null : _links[at].Connection;
    }

    private SimulatedLink? Find(int connection) => _links.Find(one => one.Connection == connection).Link;
}
