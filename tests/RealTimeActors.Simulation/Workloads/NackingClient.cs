using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>An application that cannot process everything it is given, is slow with the rest, and is restarted in the middle of it; its session goes on. It also publishes, and waits for receivers.</summary>
internal sealed class NackingClient : IWorkload
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "nacking-";

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly SeededEntropy _entropy;
    private readonly Xoshiro256 _chance;
    private NackingProcess? _process;
    private int _processes;
    private int _published;
    private bool _isBusy = true;
    private bool _hasLeft;

    public NackingClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        Name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _entropy = world.Entropy.Fork(name);
        _chance = _entropy.Fork("fate").Numbers;
        Format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        Credit = _chance.Pick<int?>(null, 1, 20);
        Subscribe = new ClientFrame.Subscribe
        {
            Channel = seen.Plan.Nacks!.Channel.Name,
            From = From.Earliest,
            Order = _chance.OneIn(4) ? DeliveryOrder.Offset : DeliveryOrder.Lanes,
            AckMode = _chance.Pick(AckMode.Auto, AckMode.Manual),
        };
    }

    public string Name { get; }

    public WireFormat Format { get; }

    public int? Credit { get; }

    public ClientFrame.Subscribe Subscribe { get; }

    /// <summary>What the application saved of its session.</summary>
    public SessionTicket? Ticket { get; set; }

    public bool IsBusy
    {
        get => _isBusy;
        set
        {
            _isBusy = value;
            StartProcess();
        }
    }

    public void Start()
    {
        StartProcess();
        _world.Time.Every(() => _chance.Ms(10, 70), () => _isBusy, Publish);
        _world.Time.Every(() => _chance.Ms(80, 900), () => _isBusy, Restart);
        _world.Time.Every(() => _chance.Ms(100, 800), () => _isBusy, StopReading);
    }

    public string? Unfinished() => _process is { } process ? process.Unfinished() : $"{Name} does not run";

    public void Leave()
    {
        _hasLeft = true;
        _process?.Close();
    }

    /// <summary>Somebody else has its session; it is started again.</summary>
    public void OnClosed(NackingProcess process, int? code)
    {
        if (process != _process || _hasLeft)
            return;

        if (code != CloseCode.TakenOver)
            _seen.Violate(new Violation("Liveness", $"{Name} was put out for good with {code}, and had done nothing wrong."));

        process.Kill();
        _process = null;
        _world.Time.After(_chance.Ms(20, 60), StartProcess);
    }

    private void StartProcess()
    {
        if (_process is not null || _hasLeft)
            return;

        var number = ++_processes;
        _seen.Note($"{Name} starts");
        _process = new NackingProcess(this, number, _world, _network, _seen, _entropy.Fork($"process/{number}"));
        _process.Start();
    }

    private void Publish()
    {
        if (_process is not { } process)
            return;

        process.Publish(new ClientFrame.Publish
        {
            Channel = Subscribe.Channel,
            Type = _chance.Pick("wanted", "offered"),
            Data = System.Text.Encoding.UTF8.GetBytes($$"""{"by":"{{Name}}","n":{{++_published}},"p":"{{new string('x', _chance.OneIn(6) ? _chance.Below(900) : 0)}}"}"""),
            Key = _chance.OneIn(2) ? $"key-{_chance.Below(4)}" : null,
            Priority = _chance.Pick(Priority.Normal, Priority.Normal, Priority.High, Priority.Low),
            Confirm = _chance.Pick(Confirm.Persisted, Confirm.Delivered),
            DeliveredCount = _chance.Below(3),
            DeliveredMissing = _chance.OneIn(3),
        });
    }

    private void Restart()
    {
        if (_process is not { } process)
            return;

        process.Kill();
        _process = null;
        if (_chance.OneIn(10))
            Ticket = null;

        _world.Time.After(_chance.Ms(0, 300), StartProcess);
    }

    private void StopReading()
    {
        _process?.SetReading(false);
        _world.Time.After(_chance.Ms(10, 200), () => _process?.SetReading(true));
    }
}
