using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>An application around the real client, which outlives its processes: one is killed or closed, another one is started, and the session goes on.</summary>
internal abstract class RestartedClient<TProcess> : IWorkload
    where TProcess : MachineHost
{
    private readonly SeededEntropy _entropy;
    private int _processes;
    private bool _isBusy = true;
    private bool _hasLeft;

    protected RestartedClient(string name, SimulatedWorld world, Observations seen)
    {
        Name = name;
        World = world;
        Seen = seen;
        _entropy = world.Entropy.Fork(name);
        Chance = _entropy.Fork("fate").Numbers;
        Format = Chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf);
    }

    public string Name { get; }

    public WireFormat Format { get; }

    /// <summary>What the application saved of its session.</summary>
    public SessionTicket? Ticket { get; set; }

    public bool IsBusy
    {
        get => _isBusy;
        set
        {
            _isBusy = value;
            StartProcess();
            OnRest();
        }
    }

    protected SimulatedWorld World { get; }

    protected Observations Seen { get; }

    protected Xoshiro256 Chance { get; }

    /// <summary>The process that runs now; null between two.</summary>
    protected TProcess? Process { get; private set; }

    public abstract void Start();

    public string? Unfinished() => Process is { } process ? process.Unfinished() : $"{Name} does not run";

    public void Leave()
    {
        _hasLeft = true;
        Process?.Close();
    }

    /// <summary>Somebody else has its session; it is started again.</summary>
    public void OnClosed(TProcess process, int? code)
    {
        if (process != Process || _hasLeft)
            return;

        if (!MayBeClosedWith(code))
            Seen.Violate(new Violation("Liveness", $"{Name} was put out for good with {code}, and had done nothing wrong."));

        KillProcess();
        World.Time.After(Chance.Ms(20, 60), StartProcess);
    }

    protected abstract TProcess Create(int number, SeededEntropy entropy);

    protected virtual bool MayBeClosedWith(int? code) => code == CloseCode.TakenOver;

    /// <summary>Nothing is begun any more: what was in the way of its process has to go.</summary>
    protected virtual void OnRest()
    {
    }

    protected void StartProcess()
    {
        if (Process is not null || _hasLeft)
            return;

        var number = ++_processes;
        Process = Create(number, _entropy.Fork($"process/{number}"));
        Process.Start();
    }

    protected void KillProcess()
    {
        Process?.Kill();
        Process = null;
    }

    protected void StopReading()
    {
        Process?.SetReading(false);
        World.Time.After(Chance.Ms(10, 200), () => Process?.SetReading(true));
    }
}
