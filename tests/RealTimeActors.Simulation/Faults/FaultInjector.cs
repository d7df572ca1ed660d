using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Faults;

/// <summary>Makes things go wrong as planned, each kind at times of its own, until everything is healed.</summary>
internal sealed class FaultInjector(FaultPlan plan, SimulatedWorld world, IServerSide node, SimulatedNetwork network, Observations seen)
{
    private bool _isOver;

    /// <summary>From now on only the disk fails.</summary>
    private bool _sparesConnections;

    private DiskFaults Disk => node.Disk.Faults;

    public void Start()
    {
        if (plan.Crashes)
            AgainstConnections("crash", 200, 1_500, CrashAndRestart);

        if (plan.Restores)
            AgainstConnections("restore", 300, 2_500, BackUpAndRestore);

        if (plan.SlowDisk)
            ForAWhile("slow disk", chance => Disk.FlushMax = chance.Ms(5, 120), () => Disk.FlushMax = TimeSpan.FromMilliseconds(2));

        if (plan.StalledDisk)
            ForAWhile("stalled disk", _ => Disk.IsStalled = true, () => Disk.IsStalled = false);

        if (plan.FullDisk)
            ForAWhile("full disk", _ => Disk.IsFull = true, () => Disk.IsFull = false);

        if (plan.UnknownCommits)
            ForAWhile("unknown commits", chance => Disk.UnknownCommitChance = 0.05 + (chance.Fraction() * 0.4), () => Disk.UnknownCommitChance = 0);

        if (plan.FailedReads)
            ForAWhile("failed reads", chance => Disk.ReadFailureChance = 0.05 + (chance.Fraction() * 0.4), () => Disk.ReadFailureChance = 0);

        if (plan.Cuts || plan.HalfOpen)
            AgainstConnections("cut", 30, 700, CutOne);

        if (plan.HalfOpen)
            network.Faults.HalfOpenChance = 0.4;

        if (plan.SlowNetwork)
            ForAWhile("slow network", chance => network.Faults.LatencyMax = _sparesConnections ? TimeSpan.FromMilliseconds(2) : chance.Ms(5, 80), () => network.Faults.LatencyMax = TimeSpan.FromMilliseconds(2));

        if (plan.GoesAway)
            AgainstConnections("goaway", 100, 1_000, GoAway);

        if (plan.SmallBuffers)
        {
            var chance = Chance("buffers");
            network.Faults.BufferBytes = chance.Pick(150, 700, 5_000);
            network.Faults.PartialSendChance = chance.Pick(0, 0.3);
            network.Faults.SplitChance = chance.Pick(0, 0.5);
        }
    }

    /// <summary>Nothing goes wrong any more but with the disk: what a channel's lost commit does to those who follow is seen by connections that live through it.</summary>
    public void SpareConnections()
    {
        seen.Note("only the disk fails from now on");
        _sparesConnections = true;
        network.Faults.Heal();
        StartNode();
    }

    /// <summary>From now on everything works.</summary>
    public void Heal()
    {
        _isOver = true;
        Disk.FlushMax = TimeSpan.FromMilliseconds(2);
        Disk.Heal();
        network.Faults.Heal();

        // A client with a credit of one gets one event per round trip: it shall be able to catch up in time.
        network.Faults.LatencyMax = TimeSpan.FromMicroseconds(400);
        StartNode();
    }

    private Xoshiro256 Chance(string label) => world.Entropy.Fork($"fault/{label}").Numbers;

    private void Repeat(string label, double minMs, double maxMs, Action<Xoshiro256> act)
    {
        var chance = Chance(label);
        world.Time.Every(() => chance.Ms(minMs, maxMs), () => !_isOver, () => act(chance));
    }

    private void AgainstConnections(string label, double minMs, double maxMs, Action<Xoshiro256> act) => Repeat(label, minMs, maxMs, chance =>
    {
        if (!_sparesConnections)
            act(chance);
    });

    private void ForAWhile(string label, Action<Xoshiro256> begin, Action end) => Repeat(label, 50, 1_200, chance =>
    {
        seen.Note($"begins: {label}");
        seen.Sometimes.Count($"fault: {label}");
        begin(chance);
        world.Time.After(chance.Ms(20, 500), () =>
        {
            if (_isOver)
                return;

            seen.Note($"ends: {label}");
            end();
        });
    });

    private void CrashAndRestart(Xoshiro256 chance)
    {
        if (!node.IsUp)
            return;

        Crash();
        world.Time.After(chance.Ms(1, 300), StartNode);
    }

    private void BackUpAndRestore(Xoshiro256 chance)
    {
        var putBack = node.BackUp();
        world.Time.After(chance.Ms(10, 1_500), () =>
        {
            if (_isOver || _sparesConnections)
                return;

            Crash();
            putBack();
            seen.Restored();
            world.Time.After(chance.Ms(1, 200), StartNode);
        });
    }

    private void Crash()
    {
        node.Crash();
        seen.Crashed();
    }

    private void StartNode()
    {
        if (!node.IsUp)
            node.Start();
    }

    private void GoAway(Xoshiro256 chance)
    {
        seen.Note("clients are asked to go elsewhere");
        node.Engine?.GoAway(chance.Ms(100, 1_000), chance.Ms(0, 200));
    }

    private void CutOne(Xoshiro256 chance)
    {
        if (network.Links.Count == 0)
            return;

        var link = network.Links[chance.Below(network.Links.Count)];
        seen.Note($"{link.Label}#{link.Number} is cut");
        link.Cut();
    }
}
