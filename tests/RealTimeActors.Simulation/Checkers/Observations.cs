using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Network;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Everything that is seen from outside, handed to every checker in the same order; the first broken promise ends the run.</summary>
internal sealed partial class Observations : IWireTap
{
    private readonly SortedDictionary<(string Session, string Channel), ClientFrame.Subscribe> _requests = [];
    private readonly Dictionary<string, ChannelPlan> _channels;
    private readonly VirtualTime _time;

    /// <summary>The connections by their numbers; some numbers were never used.</summary>
    private LinkView?[] _links = new LinkView?[64];

    public Observations(RunPlan plan, IServerSide node, VirtualTime time, Trace trace)
    {
        _time = time;
        Plan = plan;
        _channels = plan.AllChannels.ToDictionary(channel => channel.Name, StringComparer.Ordinal);
        Node = node;
        Trace = trace;
        Truth = new LogTruth(node.Disk, [.. plan.AllChannels])
        {
            OnDurable = OnDurable,
            OnBroken = message => Violate(new Violation(nameof(DurableAck), message)),
        };
        Epochs = new EpochBook(this);
        Cursors = new Cursor { Seen = this };
        Access = new Access { Seen = this };
        Shaping = new Shaping { Seen = this };
        Receipts = new TruthfulReceipts { Seen = this };
        Bounds = new Bounds { Seen = this };
        Proof = new Proof { Seen = this };
        Redelivery = new Redelivery { Seen = this };
        Edits = new Edits { Seen = this };
        node.Disk.Trimming = (Action)Truth.Refresh + Proof.OnTrimming;
        Answers = new Answers { Seen = this };
        Fold = new Fold { Seen = this };
        StateCheckers = [Fold, new CompareAndSet { Seen = this }, new TruthfulMutations { Seen = this }, Edits, new OwedStates { Seen = this }, new StateReads { Seen = this }];
        PresenceCheckers = [new Presence { Seen = this }];
        Checkers =
        [
            new DurableAck { Seen = this },
            new Order { Seen = this },
            new Idempotence { Seen = this },
            Receipts,
            new Delivery { Seen = this },
            Shaping,
            Cursors,
            new NoPhantom { Seen = this },
            Bounds,
            Access,
            Proof,
            Redelivery,
            Answers,
        ];
        NackCheckers = [Redelivery, .. Checkers.Where(checker => checker is DurableAck or Order or Idempotence or NoPhantom), Receipts, Bounds];
    }

    public RunPlan Plan { get; }

    public IServerSide Node { get; }

    public Trace Trace { get; }

    public LogTruth Truth { get; }

    public EpochBook Epochs { get; }

    /// <summary>What the disk makes of the shared state.</summary>
    public StateTruth States { get; } = new();

    public SometimesCounts Sometimes { get; } = new();

    public Checker[] Checkers { get; }

    /// <summary>Those that look at the connections of who shares state. The others know only events.</summary>
    public Checker[] StateCheckers { get; }

    /// <summary>Those that look at the connections of who comes and goes.</summary>
    public Checker[] PresenceCheckers { get; }

    public Cursor Cursors { get; }

    public Access Access { get; }

    public Shaping Shaping { get; }

    public TruthfulReceipts Receipts { get; }

    public Bounds Bounds { get; }

    public Fold Fold { get; }

    public Edits Edits { get; }

    public Proof Proof { get; }

    public Redelivery Redelivery { get; }

    /// <summary>Those that look at the connections of who nacks. To the others everything comes once.</summary>
    public Checker[] NackCheckers { get; }

    public Answers Answers { get; }

    /// <summary>Who gives the clients their tokens; null: nobody asks for any.</summary>
    public TokenOffice? Office { get; init; }

    /// <summary>Faults are over, and nobody publishes any more.</summary>
    public bool IsAtRest { get; private set; }

    /// <summary>Clients of the run.</summary>
    public List<SimulatedClient> Clients { get; } = [];

    /// <summary>Every publish that an application asked for.</summary>
    public List<PublishRecord> Publishes { get; } = [];

    /// <summary>When the disk last did something unusual, or the node went down; acks are only sure to be durable away from it.</summary>
    public TimeSpan LastDiskFault { get; set; } = TimeSpan.FromDays(-1);

    public TimeSpan Now => _time.Elapsed;

    public long NowUnixMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public IEnumerable<LinkView> Links => _links.OfType<LinkView>();

    public ChannelPlan ChannelOf(string name) => _channels.GetValueOrDefault(name) ?? throw new InvalidOperationException($"No channel of this run is called {name}.");

    public void Sent(SimulatedLink link, ServerFrame frame)
    {
        var view = ViewOf(link);
        Note($"{view} <- {frame}");
        var former = view.Session;
        view.Sent(Now, frame);
        if (view.Session != former)
            Move(view, former);

        if (OwnCheckersOf(view) is { } own)
        {
            foreach (var checker in own)
                checker.OnSent(view, frame);

            return;
        }

        if (view.Looks == Looks.Nacks)
        {
            SentToNacking(view, frame);
            return;
        }

        if (view.Looks == Looks.Rights)
        {
            Access.OnSent(view, frame);
            Follow(view, frame);
            return;
        }

        if (view.Looks == Looks.Patterns)
        {
            // Its client judges it; here is only written down what it follows, so that its acks are known.
            Follow(view, frame);
            return;
        }

        foreach (var checker in Checkers)
            checker.OnSent(view, frame);

        if (frame is ServerFrame.Welcome welcome)
        {
            foreach (var subscribed in welcome.Subscriptions)
                Begin(view, subscribed);
        }
        else if (frame is ServerFrame.Subscribed subscribed)
        {
            Begin(view, subscribed);
        }
    }

    public void SentPiece(SimulatedLink link, ServerFrame.Piece piece)
    {
        var view = ViewOf(link);
        Note($"{view} <- {(ServerFrame)piece}");
        if (piece.Last)
            Sometimes.Count(piece.Data.IsEmpty ? "a frame in pieces is taken back" : "a frame comes in pieces");

        Bounds.OnPiece(view, piece);
    }

    public void Answered(SimulatedLink link, ServerFrame frame) => Answers.OnAnswered(ViewOf(link), frame);

    public void Arrived(SimulatedLink link, ClientFrame frame)
    {
        var view = ViewOf(link);
        Note($"{view} -> {frame}");
        view.Arrived(Now, frame);

        // Where the answer gets lost, or says that it is not known, the session may have it all the same.
        if (frame is ClientFrame.Subscribe asked && view.Session is { } session)
            _requests.TryAdd((session, asked.Channel), asked);

        if (OwnCheckersOf(view) is { } own)
        {
            foreach (var checker in own)
                checker.OnArrived(view, frame);

            return;
        }

        if (view.Looks == Looks.Nacks)
        {
            foreach (var checker in NackCheckers)
                checker.OnArrived(view, frame);

            return;
        }

        if (view.Looks == Looks.Patterns || view.Looks == Looks.Rights)
        {
            Receipts.OnArrived(view, frame);
            return;
        }

        foreach (var checker in Checkers)
            checker.OnArrived(view, frame);
    }

    public void Delivered(SimulatedClient client, ClientEffect.Deliver delivery)
    {
        foreach (var checker in Checkers)
            checker.OnDelivered(client, delivery);
    }

    public void PublishEnded(PublishRecord publish, RequestOutcome outcome)
    {
        publish.Outcome = outcome;
        Sometimes.Count($"a publish ends as {outcome.GetType().Name}");
        foreach (var checker in Checkers)
            checker.OnPublishEnded(publish, outcome);
    }

    public void Crashed()
    {
        Note("the node crashes");
        Sometimes.Count("the node crashes");
        LastDiskFault = Now;
        Truth.Refresh();
        foreach (var checker in Checkers)
            checker.OnCrash();
    }

    public void Restored()
    {
        Note("a backup is restored");
        Sometimes.Count("a backup is restored");
        Truth.BeginLife();
        foreach (var checker in StateCheckers)
            checker.OnRestored();

        foreach (var checker in Checkers)
            checker.OnRestored();
    }

    public void AtRest()
    {
        IsAtRest = true;
        Truth.Refresh();
        foreach (var checker in StateCheckers)
            checker.AtRest();

        foreach (var checker in Checkers)
            checker.AtRest();
    }

    /// <summary>The first broken promise; what comes after it may be its consequence.</summary>
    public Violation? First { get; private set; }

    public void Violate(Violation violation)
    {
        First ??= violation;
        Note($"VIOLATION {violation}");
        throw new ViolationException(violation);
    }

    private static void Follow(LinkView view, ServerFrame frame)
    {
        IReadOnlyList<ServerFrame.Subscribed> all = frame is ServerFrame.Welcome { Subscriptions: var resumed } ? resumed : frame is ServerFrame.Subscribed one ? [one] : [];
        foreach (var begun in all.Where(begun => begun.Epoch.Length > 0))
            view.Subscriptions[begun.Channel] = new SubscriptionView(begun.Channel, begun.Epoch, begun.Offset, null);
    }

    private void Begin(LinkView view, ServerFrame.Subscribed subscribed)
    {
        var former = view.Subscriptions.GetValueOrDefault(subscribed.Channel);
        var now = new SubscriptionView(subscribed.Channel, subscribed.Epoch, subscribed.Offset, RequestFor(view, subscribed));
        view.Subscriptions[subscribed.Channel] = now;
        view.EverFollowed.Add(subscribed.Channel);
        Sometimes.Count($"recovered {subscribed.Recovered}");
        Epochs.See(subscribed.Channel, subscribed.Epoch);
        foreach (var checker in Checkers)
            checker.OnSubscribed(view, now, subscribed, former);
    }

    /// <summary>A subscription that is resumed without being asked for keeps what its session asked for earlier.</summary>
    private ClientFrame.Subscribe? RequestFor(LinkView view, ServerFrame.Subscribed subscribed)
    {
        var key = (view.Session ?? "", subscribed.Channel);
        if (view.RequestFor(subscribed) is { } asked)
            return _requests[key] = asked;

        return _requests.TryGetValue(key, out var earlier) ? earlier with { From = From.Session } : null;
    }

    private void OnDurable(TrueEvent durable)
    {
        foreach (var checker in StateCheckers)
            checker.OnDurable(durable);

        foreach (var checker in Checkers)
            checker.OnDurable(durable);
    }

    /// <summary>Those that alone look at this connection; null: all others do.</summary>
    private Checker[]? OwnCheckersOf(LinkView view) => view.Looks switch
    {
        Looks.State => StateCheckers,
        Looks.Presence => PresenceCheckers,
        _ => null,
    };

    private LinkView ViewOf(SimulatedLink link)
    {
        if (link.Number >= _links.Length)
            Array.Resize(ref _links, Math.Max(2 * _links.Length, link.Number + 1));

        return _links[link.Number] ??= new LinkView(link);
    }
}
