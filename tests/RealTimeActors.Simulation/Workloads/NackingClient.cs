using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>An application that cannot process everything it is given, is slow with the rest, and is restarted in the middle of it; its session goes on. It also publishes, and waits for receivers.</summary>
internal sealed class NackingClient : RestartedClient<NackingProcess>
{
    /// <summary>What the names of such clients begin with: the wire tap knows them by it.</summary>
    internal const string NamePrefix = "nacking-";

    private readonly SimulatedNetwork _network;
    private int _published;

    public NackingClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, seen)
    {
        _network = network;
        Credit = Chance.Pick<int?>(null, 1, 20);
        Subscribe = new ClientFrame.Subscribe
        {
            Channel = seen.Plan.Nacks!.Channel.Name,
            From = From.Earliest,
            Order = Chance.OneIn(4) ? DeliveryOrder.Offset : DeliveryOrder.Lanes,
            AckMode = Chance.Pick(AckMode.Auto, AckMode.Manual),
        };
    }

    public int? Credit { get; }

    public ClientFrame.Subscribe Subscribe { get; }

    public override void Start()
    {
        StartProcess();
        World.Time.Every(() => Chance.Ms(10, 70), () => IsBusy, Publish);
        World.Time.Every(() => Chance.Ms(80, 900), () => IsBusy, Restart);
        World.Time.Every(() => Chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    protected override NackingProcess Create(int number, SeededEntropy entropy)
    {
        Seen.Note($"{Name} starts");
        return new NackingProcess(this, number, World, _network, Seen, entropy);
    }

    private void Publish()
    {
        if (Process is not { } process)
            return;

        process.Publish(new ClientFrame.Publish
        {
            Channel = Subscribe.Channel,
            Type = Chance.Pick("wanted", "offered"),
            Data = System.Text.Encoding.UTF8.GetBytes($$"""{"by":"{{Name}}","n":{{++_published}},"p":"{{new string('x', Chance.OneIn(6) ? Chance.Below(900) : 0)}}"}"""),
            Key = Chance.OneIn(2) ? $"key-{Chance.Below(4)}" : null,
            Priority = Chance.Pick(Priority.Normal, Priority.Normal, Priority.High, Priority.Low),
            Confirm = Chance.Pick(Confirm.Persisted, Confirm.Delivered),
            DeliveredCount = Chance.Below(3),
            DeliveredMissing = Chance.OneIn(3),
        });
    }

    private void Restart()
    {
        if (Process is null)
            return;

        KillProcess();
        if (Chance.OneIn(10))
            Ticket = null;

        World.Time.After(Chance.Ms(0, 300), StartProcess);
    }
}
