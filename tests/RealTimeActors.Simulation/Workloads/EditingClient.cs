using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>An application that edits shared state through the real client: connected or not, killed and started again with the edits it had kept, and with a document that may be old.</summary>
internal sealed class EditingClient : IWorkload
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly Observations _seen;
    private readonly SeededEntropy _entropy;
    private readonly Xoshiro256 _chance;
    private EditingProcess? _process;
    private int _processes;
    private int _edits;
    private bool _isBusy = true;
    private bool _hasLeft;

    public EditingClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        Name = name;
        _world = world;
        _network = network;
        _seen = seen;
        _entropy = world.Entropy.Fork(name);
        _chance = _entropy.Fork("fate").Numbers;
        Format = _chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
        Credit = _chance.Pick<int?>(null, 2, 50);
        PieceBytes = _chance.Pick<int?>(null, 1_024);
        ClockAheadMs = _chance.Pick(0, 0, -3_600_000, 700, 4_000_000);
        Request = new ClientFrame.Subscribe { Channel = seen.Plan.State!.Channel.Name, AckMode = _chance.Pick(AckMode.Auto, AckMode.None) };
    }

    public string Name { get; }

    public WireFormat Format { get; }

    public int? Credit { get; }

    public int? PieceBytes { get; }

    /// <summary>How wrong its wall clock is.</summary>
    public long ClockAheadMs { get; }

    public ClientFrame.Subscribe Request { get; }

    public EditStore Store { get; } = new();

    /// <summary>What the application saved of its session.</summary>
    public SessionTicket? Ticket { get; set; }

    /// <summary>The document that it saved last; null: none.</summary>
    public KeptState? Document { get; private set; }

    public bool IsBusy
    {
        get => _isBusy;
        set
        {
            _isBusy = value;
            StartProcess();
            _process!.SetOffline(false);
            _process.SetReading(true);
            _process.WritesReliably();
        }
    }

    public void Start()
    {
        StartProcess();
        _world.Time.Every(() => _chance.Ms(5, 60), () => _isBusy, Edit);
        _world.Time.Every(() => _chance.Ms(100, 1_200), () => _isBusy, GoOffline);
        _world.Time.Every(() => _chance.Ms(150, 1_200), () => _isBusy, Restart);
        _world.Time.Every(() => _chance.Ms(50, 500), () => _isBusy, SaveDocument);
        _world.Time.Every(() => _chance.Ms(100, 800), () => _isBusy, StopReading);
    }

    public string? Unfinished() => _process is { } process ? process.Unfinished() : $"{Name} does not run";

    public void Leave()
    {
        _hasLeft = true;
        _process?.Close();
    }

    /// <summary>Somebody else has its session; it is started again.</summary>
    public void OnClosed(EditingProcess process, int? code)
    {
        if (process != _process || _hasLeft)
            return;

        if (code is not (CloseCode.TakenOver or CloseCode.Bye))
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
        _seen.Note($"{Name} starts with {Store.Kept?.Pending.Count} edits and a document as of {Document?.Offset}");
        if (Store.Kept is { Pending.Count: > 0 })
            _seen.Sometimes.Count("a client starts with edits that it had kept");

        _process = new EditingProcess(this, number, _world, _network, _seen, _entropy.Fork($"process/{number}"));
        _process.Start();
    }

    private void Edit()
    {
        if (_process is not { } process)
            return;

        var key = $"key-{_chance.Below(5)}";
        var (operation, value) = Draw(++_edits);
        process.Edit(new ClientFrame.Mutate
        {
            Channel = Request.Channel,
            Key = key,
            Operation = operation,
            Value = Encoding.UTF8.GetBytes(value),
            IfVersion = _chance.OneIn(6) ? process.Snapshot.Confirmed.GetValueOrDefault(key)?.Version ?? 0 : null,
        });
    }

    private (string Operation, string Value) Draw(int number) => _chance.Below(12) switch
    {
        0 => ("delete", ""),
        1 => ("set", $$"""{"count":{{_chance.Below(9)}},"title":"{{Name}} {{number}}"}"""),
        2 or 3 => ("increment", $$"""{"count":{{_chance.Between(-3, 5)}}}"""),
        4 => ("add", $$"""{"tags":["t{{_chance.Below(6)}}"]}"""),
        5 => ("remove", $$"""{"tags":["t{{_chance.Below(6)}}"]}"""),
        6 => ("merge", $$"""{"top":{{_chance.Below(100)}},"seat":"{{Name}}"}"""),
        7 => ("merge", """{"title":null}"""),
        _ => ("merge", $$"""{"title":"{{Name}} {{number}}","n":{{number}}}"""),
    };

    private void GoOffline()
    {
        if (_process is not { } process)
            return;

        _seen.Note($"{Name} is offline");
        process.SetOffline(true);
        _world.Time.After(_chance.OneIn(4) ? _chance.Ms(500, 1_500) : _chance.Ms(20, 400), () => process.SetOffline(false));
    }

    private void Restart()
    {
        if (_process is not { } process)
            return;

        if (_chance.OneIn(4))
        {
            // In good order: what is not answered is left to the next.
            process.Close();
            return;
        }

        process.Kill();
        _process = null;
        if (_chance.OneIn(3))
            Ticket = null;

        if (_chance.OneIn(4))
            Document = null;

        _world.Time.After(_chance.Ms(0, 300), StartProcess);
    }

    private void SaveDocument()
    {
        if (_process?.Snapshot is { IsWhole: true, Epoch: { } epoch } snapshot)
            Document = new KeptState(Request.Channel, epoch, snapshot.Offset, null, [.. snapshot.Confirmed.Values]);
    }

    private void StopReading()
    {
        _process?.SetReading(false);
        _world.Time.After(_chance.Ms(10, 200), () => _process?.SetReading(true));
    }
}
