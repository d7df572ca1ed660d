using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.Simulation.Model;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation;

/// <summary>An application that uses the real client: it follows, publishes, is restarted, taken over, stops reading. It outlives its processes.</summary>
internal sealed class SimulatedClient
{
    /// <summary>Who is put out comes again within that time.</summary>
    private static readonly TimeSpan _putOutFor = TimeSpan.FromMilliseconds(100);

    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly SeededEntropy _entropy;
    private readonly Xoshiro256 _fate;
    private readonly Xoshiro256 _ways;
    private readonly PublishWorkload _publishing;
    private int _processes;

    /// <summary>What the session went over last.</summary>
    private SimulatedWay? _way;
    private bool _staysConnected;
    private bool _hasLeft;

    public SimulatedClient(ClientPlan plan, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        _world = world;
        _network = network;
        _entropy = world.Entropy.Fork(plan.Name);
        _fate = _entropy.Fork("fate").Numbers;
        _ways = _entropy.Fork("ways").Numbers;
        Plan = plan;
        Seen = seen;
        Ledgers = [.. plan.Subscriptions.Select(subscription => new ApplicationLedger(subscription.Channel, subscription.Model))];
        _publishing = new PublishWorkload(plan.Name, seen, _entropy.Fork("publish"));
    }

    public ClientPlan Plan { get; }

    public string Name => Plan.Name;

    public Observations Seen { get; }

    public IReadOnlyList<ApplicationLedger> Ledgers { get; }

    /// <summary>The process that runs now; null between two.</summary>
    public ClientProcess? Process { get; private set; }

    public SimulatedLink? Link => Process?.Link;

    /// <summary>What the application saved of its session.</summary>
    public SessionTicket? Ticket { get; private set; }

    /// <summary>Whether it goes on doing things.</summary>
    public bool IsBusy { get; private set; } = true;

    public ApplicationLedger? LedgerOf(string channel) => Ledgers.FirstOrDefault(ledger => ledger.Channel == channel);

    public void Start()
    {
        StartProcess(Kept.Nothing);
        if (Plan.PublishEvery > TimeSpan.Zero)
            Repeat("pace", Plan.PublishEvery / 4, Plan.PublishEvery * 2, () => _publishing.PublishOne(Process));

        if (Plan.Restarts)
            RepeatWhileRestless("restart", TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(2_500), Restart);

        if (Plan.IsTakenOver)
            RepeatWhileRestless("take-over", TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(3_000), TakeOver);

        if (Plan.StopsReading)
            RepeatWhileRestless("reading", TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1_500), StopReading);

        if (Plan.ReadsEvery is { } pause)
            Repeat("reading", pause, pause, ReadForAMoment);

        if (Plan.Unsubscribes && Plan.Subscriptions.Count > 0)
            RepeatWhileRestless("unsubscribe", TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(2_000), Unsubscribe);

        if (Plan.Reads)
            Repeat("read", TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(400), () => Process?.ReadSome(_fate));
    }

    /// <summary>It goes on publishing and handling, and leaves its connection as it is.</summary>
    public void StayConnected()
    {
        _staysConnected = true;
        Process?.SetReading(true);
    }

    /// <summary>It only waits now for what is under way.</summary>
    public void BecomeQuiet()
    {
        IsBusy = false;
        if (Process is null)
            StartProcess(Kept.SessionOnly);

        Process!.RenewToken();
        Process.SetReading(true);
    }

    /// <summary>Publishes the first event of a channel.</summary>
    public void BringIntoBeing(ChannelPlan channel)
    {
        if (Process is { } process)
            _publishing.PublishTo(channel, process);
        else
            _world.Time.After(_putOutFor, () => BringIntoBeing(channel));
    }

    /// <summary>Whether everything it asked for is answered and everything it follows is handled up to the head; says what is not.</summary>
    public string? Unfinished()
    {
        if (Process is not { } process)
            return $"{Name} does not run";

        return process.Unfinished();
    }

    /// <summary>Whether something that it published is neither known to be there nor known not to be.</summary>
    public bool HasUnanswered => Process?.HasUnanswered == true;

    public void Leave(bool keepSession)
    {
        _hasLeft = true;
        Process?.Close(keepSession);
    }

    /// <summary>Opens a connection for one of its processes, over one of its ways.</summary>
    public SimulatedLink Connect(ClientProcess process)
    {
        var way = Plan.Ways.Count == 1 ? Plan.Ways[0] : _ways.Pick([.. Plan.Ways]);
        return way == SimulatedWay.WebSocket ? _network.Connect(process, Plan.Format, Name) : _network.Connect(process, way, Name);
    }

    public void OnSession(ClientEffect.SessionChanged changed, bool isAnother)
    {
        Ticket = changed.Ticket;
        if (changed.IsResumed && _way is { } former && Link is { } link && link.Way != former)
            Seen.Sometimes.Count("a session goes on over another transport");

        _way = Link?.Way ?? _way;
        if (!isAnother)
            return;

        foreach (var ledger in Ledgers)
            ledger.Forget();
    }

    /// <summary>Where two processes were started, the elder may come last to the server and put the younger out; somebody starts it again.</summary>
    public void OnClosed(ClientProcess process, int? code)
    {
        if (process != Process || _hasLeft)
            return;

        if (code != CloseCode.TakenOver && !(code == CloseCode.PutOut && Plan.User.Length > 0 && Seen.Plan.Access is { PutsOut: true }))
            Seen.Violate(new Violation("Liveness", $"{Name} was put out for good with {code}, and had done nothing wrong."));

        process.Kill();
        Process = null;
        _world.Time.After(_fate.Ms(50, _putOutFor.TotalMilliseconds), () =>
        {
            if (Process is null && !_hasLeft)
                StartProcess(Kept.SessionOnly);
        });
    }

    /// <summary>The server has ended a subscription: the application asks for it again a little later.</summary>
    public void OnEnded(ClientProcess process, string channel)
    {
        LedgerOf(channel)?.Forget();
        var plan = Plan.Subscriptions.First(subscription => subscription.Channel == channel);
        _world.Time.After(_fate.Ms(20, 300), () => process.Subscribe(plan, plan.From));
    }

    private void Repeat(string label, TimeSpan min, TimeSpan max, Action act)
    {
        var chance = _entropy.Fork(label).Numbers;
        _world.Time.Every(() => chance.Between(min, max), () => IsBusy, act);
    }

    private void RepeatWhileRestless(string label, TimeSpan min, TimeSpan max, Action act) => Repeat(label, min, max, () =>
    {
        if (!_staysConnected)
            act();
    });

    private void StartProcess(Kept kept)
    {
        Seen.Note($"{Name} starts with {kept}");
        Seen.Sometimes.Count($"a client starts with {kept}");
        if (kept == Kept.Nothing)
            Ticket = null;

        var number = ++_processes;
        Process = new ClientProcess(this, number, _world, _network, _entropy.Fork($"process/{number}"));
        Process.Start(kept);
    }

    private void Restart()
    {
        if (Process is not { } process)
            return;

        process.Kill();
        Process = null;
        var kept = _fate.Pick(Kept.Everything, Kept.Everything, Kept.SessionOnly, Kept.SessionOnly, Kept.Nothing);
        _world.Time.After(_fate.Ms(0, 400), () =>
        {
            if (Process is null)
                StartProcess(kept);
        });
    }

    /// <summary>Another process takes the session over while the first still runs; somebody ends that one a little later.</summary>
    private void TakeOver()
    {
        if (Process is not { } former || Ticket is null)
            return;

        Seen.Sometimes.Count("a client is started twice");
        StartProcess(Kept.SessionOnly);
        _world.Time.After(_fate.Ms(0, 200), former.Kill);
    }

    private void StopReading()
    {
        if (Link is not { } link)
            return;

        link.SetReading(false);
        _world.Time.After(_fate.OneIn(4) ? _fate.Ms(1_000, 1_600) : _fate.Ms(20, 600), () => link.SetReading(true));
    }

    private void ReadForAMoment()
    {
        Process?.SetReading(true);
        _world.Time.After(TimeSpan.FromMilliseconds(1), () => Process?.SetReading(!IsBusy));
    }

    private void Unsubscribe()
    {
        var plan = _fate.Pick([.. Plan.Subscriptions]);
        if (Process?.Unsubscribe(plan.Channel) != true)
            return;

        LedgerOf(plan.Channel)?.Forget();

        var process = Process;
        _world.Time.After(_fate.Ms(0, 200), () => process.Subscribe(plan, plan.From));
    }
}
