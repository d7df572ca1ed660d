using RealTimeActors.Engine;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Simulation;

/// <summary>
/// One run: a node made of the real engine, real clients, a disk and a wire that fail; one thread, one seed. First faults and checkers of safety, then
/// everything is healed and must come to rest.
/// </summary>
internal sealed partial class Simulation : IDisposable
{
    /// <summary>How soon those who follow patterns have found again what they follow.</summary>
    private static readonly TimeSpan _othersReturnWithin = TimeSpan.FromSeconds(2);

    /// <summary>For how long only the disk fails, where it loses commits.</summary>
    private static readonly TimeSpan _disksOnlyFor = TimeSpan.FromSeconds(1);

    private readonly RunPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly SimulatedNetwork _network;
    private readonly IServerSide _node;
    private readonly Observations _seen;
    private readonly FaultInjector _faults;
    private readonly ClusterFaults? _clusterFaults;
    private readonly Liveness _liveness;
    private readonly ActorEnder _ender;
    private readonly List<Repeater> _repeaters = [];
    private readonly List<PatternFollower> _followers = [];
    private readonly List<IWorkload> _workloads = [];
    private readonly PresenceRoom _room;
    private readonly List<RightsFollower> _rightsFollowers = [];
    private readonly Xoshiro256 _pace;
    private readonly TokenOffice? _office;
    private readonly Administrator _administrator;
    private Intruder? _intruder;

    /// <summary>What the channels, the directory and the edges tell each other arrives from now on.</summary>
    private bool _areWordsSafe;

    public Simulation(RunPlan plan, Action<string>? onLine = null)
    {
        _plan = plan;
        _world = new SimulatedWorld(plan.Seed + (plan.Moment * 1_000_000_007));
        _network = new SimulatedNetwork(_world.Time, _world.Entropy.Fork("network")) { Lines = plan.Lines with { Bug = plan.Engine.Bug } };
        _network.SpreadsRequests = plan.Cluster is { SpreadsRequests: true };
        _network.Faults.GatherChance = plan.GatherChance;
        _network.Faults.AnswerCutChance = plan.AnswerCutChance ?? (plan.Faults.Cuts ? 0.01 : 0);
        _office = plan.Access is { } access ? new TokenOffice(plan, access, _world) : null;
        var words = _world.Entropy.Fork("words").Numbers;
        var engine = plan.Engine with { LosesWord = plan.Faults.LosesWords ? () => !_areWordsSafe && words.OneIn(4) : null };
        var signer = plan.Signs ? new SlowSigner(_world) : null;
        _workloads.AddRange(signer is null ? [] : [signer]);
        _node = plan.Cluster is { } cluster
            ? new SimulatedCluster(_world, _network, cluster, engine, _office?.Tokens, signer)
            : new SimulatedNode(_world, _network, engine, _office?.Tokens, plan.Meters) { EveryOther = plan.State is { } state ? WithRules(engine, state) : null, Signer = signer };
        _pace = _world.Entropy.Fork("pace").Numbers;
        Trace = new Trace { OnLine = onLine };
        _seen = new Observations(plan, _node, _world.Time, Trace) { Office = _office };
        _network.Tap = plan.Cluster is { IsPeaceful: true } ? new Peace(_seen) : _seen;
        _room = new PresenceRoom(plan.Presence, _world, _network, _seen);
        _administrator = new Administrator(_world, _node, _seen);
        _faults = new FaultInjector(plan.Faults, _world, _node, _network, _seen);
        var nodes = _node as SimulatedCluster;
        _clusterFaults = nodes is null ? null : new ClusterFaults(plan.Cluster!, _world, nodes, _seen);
        if (plan.Access is { PutsOutApart: true })
            _clusterFaults?.Parted = _administrator.OnParted;

        _liveness = new Liveness(_seen, nodes is null ? null : new DatabaseView(nodes, _seen));
        _ender = new ActorEnder(plan.Faults, _world, _node, _seen);
        _world.Time.TimersAtOnceMax = StepsMax;
        _world.Dispatcher.OnRun = (actor, messages) =>
        {
            _lastRun = actor;
            Trace.Add(messages);
            _ender.See(actor);
        };
    }

    public Trace Trace { get; }

    public static RunResult Run(RunPlan plan, Action<string>? onLine = null)
    {
        using var simulation = new Simulation(plan, onLine);
        return simulation.Run();
    }

    public void Dispose() => _node.Dispose();

    private RunResult Run()
    {
        Violation? violation = null;
        try
        {
            Begin();
            RunFor(_plan.FaultsFor);
            if (_plan.Faults.LosesCommits)
                LetOnlyDisksFail();

            ComeToRest();
            _seen.AtRest();
            _liveness.AtRest();
            LeaveAll();
            if (_plan.Sweeps)
                AwaitSweep();
        }
        catch (ViolationException broken)
        {
            violation = _seen.First ?? broken.Violation;
        }
        catch (InvalidDataException torn)
        {
            violation = _seen.First ?? new Violation("Wire", torn.Message);
        }
        catch (TimeStandsStillException stuck)
        {
            violation = _seen.First ?? new Violation("Liveness", stuck.Message);
        }

        CountSituations();
        Trace.Add(_world.Dispatcher.Runs);
        return new RunResult(_plan, violation, Trace.Hash, Trace.Lines, _seen.Sometimes);
    }

    private void Begin()
    {
        _node.Start();
        _faults.Start();
        _clusterFaults?.Start();
        _ender.Start();
        foreach (var plan in _plan.Clients)
            _seen.Clients.Add(new SimulatedClient(plan, _world, _network, _seen));

        foreach (var client in _seen.Clients)
            client.Start();

        for (var i = 1; i <= _plan.Repeaters; i++)
        {
            _repeaters.Add(new Repeater($"repeater-{i}", _world, _network, _seen));
            _repeaters[^1].Start();
        }

        for (var i = 1; i <= _plan.PatternFollowers; i++)
        {
            _followers.Add(new PatternFollower($"{PatternFollower.NamePrefix}{i}", _world, _network, _seen));
            _followers[^1].Start();
        }

        _workloads.AddRange(MoreWorkloads.Of(_plan, _world, _network, _node, _seen));
        foreach (var workload in _workloads)
            workload.Start();

        _room.Start();
        for (var i = 1; i <= _plan.RightsFollowers; i++)
        {
            _rightsFollowers.Add(new RightsFollower($"{RightsFollower.NamePrefix}{i}", _world, _network, _seen));
            _rightsFollowers[^1].Start();
        }

        if (_plan.Access is { PutsOut: true })
            _administrator.Start();

        if (_plan.Access is { HasIntruder: true })
        {
            _intruder = new Intruder(_world, _network, _seen, _office!);
            _intruder.Start();
        }
    }

    /// <summary>The rules of the shared state are others; what is in the log stays decided by those of its time.</summary>
    private static EngineOptions WithRules(EngineOptions options, StatePlan state) => options with
    {
        Channels = [.. options.Channels.Select(channel =>
            (channel.Pattern, channel.Pattern.Text == state.Channel.Name ? channel.Settings with { Merge = state.Later } : channel.Settings))],
    };

    private void LetOnlyDisksFail()
    {
        _faults.SpareConnections();
        _ender.SpareSessions();
        _network.Faults.AnswerCutChance = 0;
        _administrator.IsBusy = false;
        foreach (var client in _seen.Clients)
            client.StayConnected();

        RunFor(_disksOnlyFor);
    }

    private void ComeToRest()
    {
        _seen.Note("the faults are over");
        _faults.Heal();
        _clusterFaults?.Heal();
        _ender.Stop();
        _areWordsSafe = true;
        _administrator.IsBusy = false;
        _intruder?.IsBusy = false;
        _office?.IsQuiet = true;
        foreach (var repeater in _repeaters)
            repeater.Leave();

        foreach (var follower in _followers)
            follower.IsBusy = false;

        foreach (var workload in _workloads)
            workload.IsBusy = false;

        foreach (var follower in _rightsFollowers)
            follower.BecomeQuiet();

        _room.Rest();
        foreach (var client in _seen.Clients)
            client.BecomeQuiet();

        _liveness.Begin();

        // When they all are back and have found what they follow.
        if (_followers.Count + _rightsFollowers.Count > 0)
        {
            AwaitOthers();
            _seen.Clients[0].BringIntoBeing(_plan.Late);

            // Who may follow everything from now on is told of all of it.
            foreach (var channel in _rightsFollowers.Count > 0 ? _plan.Channels.Where(channel => channel.IsDurable) : [])
                _seen.Clients[0].BringIntoBeing(channel);
        }

        _liveness.BeginRest();
        AwaitAll();
        _liveness.Rested();
        AwaitOrders();

        // What is told once a second, and acks that wait.
        RunFor(TimeSpan.FromMilliseconds(1_500));
        if (Unfinished() is { } again)
            _seen.Violate(new Violation("Liveness", $"Everything was at rest, and then {again}."));
    }

    private void AwaitAll()
    {
        while (Unfinished() is { } unfinished)
        {
            _liveness.Look(unfinished);
            RunFor(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Whoever is put out by what was ordered before comes back, in the same time as everybody.</summary>
    private void AwaitOrders()
    {
        if (!_administrator.MayStillAct)
            return;

        _seen.Sometimes.Count("everybody is at rest, and an order about a user is under way");
        while (_administrator.MayStillAct)
        {
            _liveness.Look(null);
            RunFor(TimeSpan.FromMilliseconds(50));
        }

        AwaitAll();
    }

    private void AwaitOthers()
    {
        // A look changes when time goes on: where nothing is to be seen, none is taken.
        var pause = _clusterFaults is null ? _othersReturnWithin : TimeSpan.FromMilliseconds(50);
        for (var waited = TimeSpan.Zero; waited < _othersReturnWithin; waited += pause)
        {
            RunFor(pause);
            _liveness.Look(null);
        }
    }

    private void LeaveAll()
    {
        foreach (var client in _seen.Clients)
            client.Leave(keepSession: true);

        foreach (var follower in _followers)
            follower.Leave();

        foreach (var workload in _workloads)
            workload.Leave();

        foreach (var follower in _rightsFollowers)
            follower.Leave();

        _room.Leave();
        RunFor(TimeSpan.FromSeconds(1));
        if (_network.Links.Count > 0)
            _seen.Violate(new Violation("Liveness", $"Everybody has said bye, and {_network.Links[0].Label}#{_network.Links[0].Number} is still open."));
    }

    /// <summary>Everybody is gone, and nobody comes back: what is kept for sessions goes in its time, whoever has to see to it. Where nobody heard of the end of a connection, because its node was killed with it, that time begins
    /// when the session is first missed; then it has been written down.</summary>
    private void AwaitSweep()
    {
        var (before, since) = (SessionsKept().Count, _world.Time.GetUtcNow().ToUnixTimeMilliseconds());
        AwaitExpiry();
        _seen.Sometimes.Count("a session that nobody comes back to is let go", before);
        if (SessionsKept() is { Count: > 0 } missed)
        {
            TellKept(before, [.. missed.Where(session => session.LastWriteUnixMs < since)]);
            _seen.Sometimes.Count("a session is missed whose connection ended unheard", missed.Count);
            AwaitExpiry();
            TellKept(before, SessionsKept());
        }
    }

    private void AwaitExpiry() => RunFor(_plan.Engine.SessionExpiry + (_plan.Engine.SessionSweepEvery * 2) + TimeSpan.FromSeconds(1));

    private void TellKept(int before, IReadOnlyList<StreamInfo> left)
    {
        if (left.Count > 0)
            _seen.Violate(new Violation("Liveness", $"Of {before} sessions {left.Count} are still kept, {_plan.Engine.SessionExpiry.TotalSeconds} s after everybody has gone; {left[0].Stream} is one of them."));
    }

    private IReadOnlyList<StreamInfo> SessionsKept() => ((JournalReply.Listed)_node.Disk.Streams.List("session/", "", int.MaxValue)).Streams;

    private string? Unfinished() => _seen.Clients.Select(client => client.Unfinished()).Concat(_followers.Select(follower => follower.Unfinished())).Concat(_rightsFollowers.Select(follower => follower.Unfinished()))
        .Concat(_workloads.Select(workload => workload.Unfinished())).Append(_room.Unfinished()).FirstOrDefault(unfinished => unfinished is not null);
}
