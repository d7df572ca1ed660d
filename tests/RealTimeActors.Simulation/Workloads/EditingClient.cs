using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>An application that edits shared state through the real client: connected or not, killed and started again with the edits it had kept, and with a document that may be old.</summary>
internal sealed class EditingClient : RestartedClient<EditingProcess>
{
    private readonly SimulatedNetwork _network;
    private int _edits;

    public EditingClient(string name, SimulatedWorld world, SimulatedNetwork network, Observations seen)
        : base(name, world, seen)
    {
        _network = network;
        Credit = Chance.Pick<int?>(null, 2, 50);
        PieceBytes = Chance.Pick<int?>(null, 1_024);
        ClockAheadMs = Chance.Pick(0, 0, -3_600_000, 700, 4_000_000);
        Request = new ClientFrame.Subscribe { Channel = seen.Plan.State!.Channel.Name, AckMode = Chance.Pick(AckMode.Auto, AckMode.None) };
    }

    public int? Credit { get; }

    public int? PieceBytes { get; }

    /// <summary>How wrong its wall clock is.</summary>
    public long ClockAheadMs { get; }

    public ClientFrame.Subscribe Request { get; }

    public EditStore Store { get; } = new();

    /// <summary>The document that it saved last; null: none.</summary>
    public KeptState? Document { get; private set; }

    public override void Start()
    {
        StartProcess();
        World.Time.Every(() => Chance.Ms(5, 60), () => IsBusy, Edit);
        World.Time.Every(() => Chance.Ms(100, 1_200), () => IsBusy, GoOffline);
        World.Time.Every(() => Chance.Ms(150, 1_200), () => IsBusy, Restart);
        World.Time.Every(() => Chance.Ms(50, 500), () => IsBusy, SaveDocument);
        World.Time.Every(() => Chance.Ms(100, 800), () => IsBusy, StopReading);
    }

    protected override EditingProcess Create(int number, SeededEntropy entropy)
    {
        Seen.Note($"{Name} starts with {Store.Kept?.Pending.Count} edits and a document as of {Document?.Offset}");
        if (Store.Kept is { Pending.Count: > 0 })
            Seen.Sometimes.Count("a client starts with edits that it had kept");

        return new EditingProcess(this, number, World, _network, Seen, entropy);
    }

    protected override bool MayBeClosedWith(int? code) => code is CloseCode.TakenOver or CloseCode.Bye;

    protected override void OnRest()
    {
        Process!.SetOffline(false);
        Process.SetReading(true);
        Process.WritesReliably();
    }

    private void Edit()
    {
        if (Process is not { } process)
            return;

        var key = $"key-{Chance.Below(5)}";
        var (operation, value) = Draw(++_edits);
        process.Edit(new ClientFrame.Mutate
        {
            Channel = Request.Channel,
            Key = key,
            Operation = operation,
            Value = Encoding.UTF8.GetBytes(value),
            IfVersion = Chance.OneIn(6) ? process.Snapshot.Confirmed.GetValueOrDefault(key)?.Version ?? 0 : null,
        });
    }

    private (string Operation, string Value) Draw(int number) => Chance.Below(12) switch
    {
        0 => ("delete", ""),
        1 => ("set", $$"""{"count":{{Chance.Below(9)}},"title":"{{Name}} {{number}}"}"""),
        2 or 3 => ("increment", $$"""{"count":{{Chance.Between(-3, 5)}}}"""),
        4 => ("add", $$"""{"tags":["t{{Chance.Below(6)}}"]}"""),
        5 => ("remove", $$"""{"tags":["t{{Chance.Below(6)}}"]}"""),
        6 => ("merge", $$"""{"top":{{Chance.Below(100)}},"seat":"{{Name}}"}"""),
        7 => ("merge", """{"title":null}"""),
        _ => ("merge", $$"""{"title":"{{Name}} {{number}}","n":{{number}}}"""),
    };

    private void GoOffline()
    {
        if (Process is not { } process)
            return;

        Seen.Note($"{Name} is offline");
        process.SetOffline(true);
        World.Time.After(Chance.OneIn(4) ? Chance.Ms(500, 1_500) : Chance.Ms(20, 400), () => process.SetOffline(false));
    }

    private void Restart()
    {
        if (Process is not { } process)
            return;

        if (Chance.OneIn(4))
        {
            // In good order: what is not answered is left to the next.
            process.Close();
            return;
        }

        KillProcess();
        if (Chance.OneIn(3))
            Ticket = null;

        if (Chance.OneIn(4))
            Document = null;

        World.Time.After(Chance.Ms(0, 300), StartProcess);
    }

    private void SaveDocument()
    {
        if (Process?.Snapshot is { IsWhole: true, Epoch: { } epoch } snapshot)
            Document = new KeptState(Request.Channel, epoch, snapshot.Offset, null, [.. snapshot.Confirmed.Values]);
    }
}
