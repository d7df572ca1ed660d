using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>Makes things go wrong with nodes and between them as planned, each kind at times of its own, until everything is healed.</summary>
internal sealed class ClusterFaults
{
    private readonly ClusterPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly SimulatedCluster _cluster;
    private readonly Observations _seen;
    private readonly Xoshiro256 _restarts;
    private readonly List<(string From, string To)> _blocked = [];

    /// <summary>Processes that were told to leave: they are no members any more, and end.</summary>
    private readonly List<NodeLife> _leaving = [];
    private bool _isOver;

    public ClusterFaults(ClusterPlan plan, SimulatedWorld world, SimulatedCluster cluster, Observations seen)
    {
        _plan = plan;
        _world = world;
        _cluster = cluster;
        _seen = seen;
        _restarts = Chance("restarts");
        cluster.Died = OnDied;
    }

    /// <summary>Told of two nodes that lose each other; null: nobody is.</summary>
    public Action<string, string>? Parted { get; set; }

    private double LeaseMs => _plan.Lease.TotalMilliseconds;

    public void Start()
    {
        if (_plan.Kills)
            Repeat("kill", 200, 2_000, Kill);

        if (_plan.Pauses)
            Repeat("pause", 300, 2_500, Pause);

        if (_plan.BlocksLinks)
            Repeat("block", 100, 1_500, Block);

        if (_plan.CutsLinks)
            Repeat("cut link", 30, 800, Cut);

        if (_plan.SlowLinks)
            ForAWhile("slow links", 500, chance => _seen.WordsMayTake(_cluster.Links.LatencyMax = chance.Ms(5, 60)), () => _cluster.Links.LatencyMax = TimeSpan.FromMilliseconds(1));

        if (_plan.DatabaseGoesAway)
            ForAWhile("database away", LeaseMs * 1.5, _ => SetDatabase(faults => faults.IsAway = true), () => SetDatabase(faults => faults.IsAway = false));

        if (_plan.SlowDatabase)
            ForAWhile("slow database", 800, chance => SetDatabase(faults => faults.LatencyMax = chance.Ms(5, 120)), () => SetDatabase(faults => faults.LatencyMax = TimeSpan.FromMilliseconds(1)));

        if (_plan.LosesAnswers)
            ForAWhile("lost answers", 500, chance => SetDatabase(faults => faults.LostAnswerChance = 0.05 + (chance.Fraction() * 0.3)), () => SetDatabase(faults => faults.LostAnswerChance = 0));

        if (_plan.FillsDatabase)
            ForAWhile("database full", 600, _ => SetDatabase(faults => faults.IsFull = true), () => SetDatabase(faults => faults.IsFull = false));

        if (_plan.Storms)
            Repeat("storm", 400, 2_500, _ => Storm());

        if (_plan.CutsDatabase)
            Repeat("cut from the database", 300, 2_000, CutFromDatabase);

        if (_plan.StepsClock)
            Repeat("clock", 300, 2_000, StepClock);

        if (_plan.Moves)
            Repeat("move", 30, 600, Move);

        if (_plan.Drains)
            Repeat("drain", 400, 3_000, Drain);
    }

    /// <summary>From now on everything works, and everybody is there.</summary>
    public void Heal()
    {
        _isOver = true;
        if (_cluster.Links.Closed.FirstOrDefault(reason => reason.Contains("cannot be read", StringComparison.Ordinal)) is { } torn)
            _seen.Violate(new Violation("Links", $"A node could not read what another sent: {torn}"));

        foreach (var (from, to) in _blocked)
        {
            _cluster.Links.Unblock(from, to);
            AreApart(from, to);
        }

        _cluster.Links.LatencyMax = TimeSpan.FromMilliseconds(1);
        _cluster.Database.ClockOffset = TimeSpan.Zero;
        SetDatabase(faults =>
        {
            faults.IsAway = false;
            faults.IsFull = false;
            faults.LostAnswerChance = 0;
            faults.LatencyMax = TimeSpan.FromMilliseconds(1);
        });
        foreach (var life in _leaving.ToArray())
            End(life);

        foreach (var life in _cluster.Lives)
        {
            life.IsCut = false;
            if (life.IsPaused)
                _seen.GoesOn(life.Name);

            life.Resume();
        }

        _cluster.Start();
    }

    private Xoshiro256 Chance(string label) => _world.Entropy.Fork($"fault/cluster/{label}").Numbers;

    private void Repeat(string label, double minMs, double maxMs, Action<Xoshiro256> act)
    {
        var chance = Chance(label);
        _world.Time.Every(() => chance.Ms(minMs, maxMs), () => !_isOver, () => act(chance));
    }

    private void ForAWhile(string label, double maxMs, Action<Xoshiro256> begin, Action end) => Repeat(label, 50, 1_500, chance =>
    {
        Note($"begins: {label}", $"cluster: {label}");
        begin(chance);
        _world.Time.After(chance.Ms(20, maxMs), () =>
        {
            if (_isOver)
                return;

            _seen.Note($"ends: {label}");
            end();
        });
    });

    private void Later(TimeSpan delay, Action act) => _world.Time.After(delay, () =>
    {
        if (!_isOver)
            act();
    });

    private void Note(string line, string situation)
    {
        _seen.Note(line);
        _seen.Sometimes.Count(situation);
    }

    private NodeLife? AnyOf(Xoshiro256 chance) => _cluster.Lives.Count == 0 ? null : _cluster.Lives.ElementAt(chance.Below(_cluster.Lives.Count));

    private (NodeLife One, NodeLife Other)? Pair(Xoshiro256 chance)
    {
        var (one, other) = (AnyOf(chance), AnyOf(chance));
        return one is not null && other is not null && one != other && one.Self is not null && other.Self is not null ? (one, other) : null;
    }

    private void SetDatabase(Action<DatabaseFaults> set)
    {
        set(_cluster.Faults);
        foreach (var life in _cluster.Lives.ToArray())
            life.Follow();
    }

    private void Kill(Xoshiro256 chance)
    {
        if (AnyOf(chance) is not { } life)
            return;

        var isAtOnce = chance.OneIn(3);
        Note($"{life.Name} is killed", isAtOnce ? "cluster: a node is killed and started at once" : "cluster: a node is killed");
        life.Crash();
        _seen.Crashed();
        Later(isAtOnce ? chance.Ms(0, 5) : chance.Ms(50, 1_000), () => _cluster.Start(life.Name));
    }

    private void OnDied(string name, string why)
    {
        Note($"{name} ends: {why}", "cluster: a node that was declared dead ends");
        _seen.Crashed();
        Later(_restarts.Ms(1, 500), () => _cluster.Start(name));
        if (_isOver)
            _world.Time.After(_restarts.Ms(1, 100), () => _cluster.Start(name));
    }

    private void Pause(Xoshiro256 chance)
    {
        if (AnyOf(chance) is not { IsPaused: false } life)
            return;

        var isLong = chance.OneIn(2);
        Note($"{life.Name} stands still", isLong ? "cluster: a node stands still for longer than its lease" : "cluster: a node stands still");
        life.Pause();
        Later(isLong ? chance.Ms(LeaseMs, LeaseMs * 2.5) : chance.Ms(20, LeaseMs), () =>
        {
            if (!life.IsAlive)
                return;

            _seen.Note($"{life.Name} goes on");
            _seen.GoesOn(life.Name);
            life.Resume();
        });
    }

    private void Block(Xoshiro256 chance)
    {
        if (Pair(chance) is not (var one, var other))
            return;

        var isOneWay = chance.OneIn(2);
        Note($"nothing gets from {one.Self} to {other.Self}{(isOneWay ? "" : ", nor back")}", isOneWay ? "cluster: a link is blocked one way" : "cluster: a link is blocked");
        Block(one.Self!, other.Self!, chance, isOneWay);
    }

    private void Block(string from, string to, Xoshiro256 chance, bool isOneWay)
    {
        List<(string, string)> ways = isOneWay ? [(from, to)] : [(from, to), (to, from)];
        foreach (var way in ways)
        {
            _blocked.Add(way);
            _cluster.Links.Block(way.Item1, way.Item2);
        }

        AreApart(from, to);
        Parted?.Invoke(NameOf(from), NameOf(to));
        Later(chance.Ms(50, 2_500), () =>
        {
            _seen.Note($"{from} and {to} reach each other");
            AreApart(from, to);
            foreach (var way in ways)
            {
                _blocked.Remove(way);
                _cluster.Links.Unblock(way.Item1, way.Item2);
            }
        });
    }

    private void Cut(Xoshiro256 chance)
    {
        if (Pair(chance) is not (var one, var other))
            return;

        Note($"the link of {one.Self} and {other.Self} breaks", "cluster: a link breaks");
        _cluster.Links.Cut(one.Self!, other.Self!);
        AreApart(one.Self!, other.Self!);
        Parted?.Invoke(one.Name, other.Name);
    }

    private void AreApart(params string[] lives)
    {
        foreach (var life in lives)
            _seen.IsApart(NameOf(life));
    }

    private static string NameOf(string life) => life[..life.IndexOf('#', StringComparison.Ordinal)];

    private void Storm()
    {
        Note("all clients lose their connections", "cluster: all clients come back at once");
        foreach (var link in _cluster.Clients.Links.ToArray())
            link.Cut();
    }

    private void CutFromDatabase(Xoshiro256 chance)
    {
        if (AnyOf(chance) is not { } life)
            return;

        Note($"{life.Name} does not reach the database", "cluster: a node does not reach the database");
        life.IsCut = true;
        Later(chance.Ms(50, LeaseMs * 2), () =>
        {
            if (!life.IsAlive)
                return;

            _seen.Note($"{life.Name} reaches the database");
            life.IsCut = false;
        });
    }

    private void StepClock(Xoshiro256 chance)
    {
        var by = chance.Ms(-LeaseMs, LeaseMs);
        Note($"the clock of the database is {by.TotalMilliseconds:0} ms off", "cluster: the clock of the database is set");
        _cluster.Database.ClockOffset = by;
    }

    private void Move(Xoshiro256 chance)
    {
        var shard = chance.Below(_cluster.Options.Shards);
        var to = chance.Pick([.. _plan.Nodes.Where(node => node.IsCore).Select(node => node.Name)]);
        Note($"shard {shard} is ordered to {to}", "cluster: a shard is ordered elsewhere");

        // Who has it is not for the operator to know: whoever has it obeys.
        foreach (var life in _cluster.Lives)
            life.Tell(new ClusterOrder.Move(shard, to));
    }

    private void Drain(Xoshiro256 chance)
    {
        if (AnyOf(chance) is not { } life)
            return;

        Note($"{life.Name} hands everything over and leaves", "cluster: a node hands everything over and leaves");
        life.Tell(new ClusterOrder.Drain());
        life.Node.Engine.GoAway(chance.Ms(100, 400), chance.Ms(0, 200));
        Later(chance.Ms(300, 2_000), () =>
        {
            if (!life.IsAlive)
                return;

            life.Tell(new ClusterOrder.Leave());
            _leaving.Add(life);
            Later(chance.Ms(20, 100), () =>
            {
                _seen.Note($"{life.Name} has left");
                End(life);
                Later(chance.Ms(0, 800), () => _cluster.Start(life.Name));
            });
        });
    }

    private void End(NodeLife life)
    {
        _leaving.Remove(life);
        if (!life.IsAlive)
            return;

        life.Crash();
        _seen.Crashed();
    }
}
