using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>The nodes of a run, and what goes wrong between them. Each kind draws from a stream of its own.</summary>
internal sealed record ClusterPlan
{
    /// <summary>Nodes that take shards and connections.</summary>
    public int Both { get; init; }

    /// <summary>Nodes that take shards only.</summary>
    public int Cores { get; init; }

    /// <summary>Nodes that take connections only.</summary>
    public int Edges { get; init; }

    /// <summary>How long a lease and a sign of life count.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>kill -9, and another life a little later, or at once.</summary>
    public bool Kills { get; init; }

    /// <summary>A node stands still, as one that was stopped by a signal, up to several leases long.</summary>
    public bool Pauses { get; init; }

    /// <summary>Nothing gets from one node to another, or in neither direction.</summary>
    public bool BlocksLinks { get; init; }

    public bool CutsLinks { get; init; }

    public bool SlowLinks { get; init; }

    /// <summary>The database answers nobody for a while.</summary>
    public bool DatabaseGoesAway { get; init; }

    public bool SlowDatabase { get; init; }

    /// <summary>The database does what it was asked, and the answer is lost.</summary>
    public bool LosesAnswers { get; init; }

    /// <summary>One node does not reach the database.</summary>
    public bool CutsDatabase { get; init; }

    /// <summary>The clock of the database is set forward or back.</summary>
    public bool StepsClock { get; init; }

    /// <summary>Shards are handed over because somebody says so.</summary>
    public bool Moves { get; init; }

    /// <summary>Nodes hand over what they have, leave, and come back later.</summary>
    public bool Drains { get; init; }

    /// <summary>There is no room in the database for a while: reads go on.</summary>
    public bool FillsDatabase { get; init; }

    /// <summary>All clients lose their connections at one moment, and come back.</summary>
    public bool Storms { get; init; }

    /// <summary>Nothing goes wrong with nodes, and shards are handed over all the same: nobody is to notice.</summary>
    public bool IsPeaceful { get; init; }

    /// <summary>Requests over plain HTTP go to any node.</summary>
    public bool SpreadsRequests { get; init; }

    public IEnumerable<(string Name, bool IsCore, bool IsEdge)> Nodes =>
        [.. Enumerable.Range(1, Both).Select(i => ($"both-{i}", true, true)), .. Enumerable.Range(1, Cores).Select(i => ($"core-{i}", true, false)), .. Enumerable.Range(1, Edges).Select(i => ($"edge-{i}", false, true))];

    /// <summary>The same mix of channels, clients and their faults that the seed draws for one node, on a cluster.</summary>
    public static RunPlan Draw(ulong seed)
    {
        var plan = RunPlan.Draw(seed);
        var entropy = new SeededEntropy(seed).Fork("cluster");
        var cluster = DrawNodes(entropy.Fork("nodes").Numbers, entropy.Fork("faults").Numbers) with
        {
            FillsDatabase = entropy.Fork("full").Numbers.OneIn(8),
            Storms = entropy.Fork("storms").Numbers.OneIn(8),
        };
        if (entropy.Fork("peace").Numbers.OneIn(12))
            return WithBoundsOfPeace(WithCluster(plan, cluster.InPeace(), entropy));

        return plan.Access is { } access && entropy.Fork("put out").Numbers.OneIn(4)
            ? WithCluster(plan with { Access = WithOrders(access) }, cluster.Apart(), entropy)
            : WithCluster(plan, cluster, entropy);
    }

    /// <summary>The same, and every request over plain HTTP goes to any node: nothing on the way remembers who went where.</summary>
    public static RunPlan DrawAnywhere(ulong seed)
    {
        var plan = Draw(seed);
        return plan with
        {
            Cluster = plan.Cluster! with { SpreadsRequests = true },
            Engine = plan.Engine with { Relays = WayDraws.DrawRelays(new SeededEntropy(seed).Fork("relays").Numbers) },
        };
    }

    /// <summary>What a run counts of its nodes.</summary>
    public void Count(RunPlan plan, SometimesCounts sometimes)
    {
        sometimes.Count($"cluster: {Both + Cores + Edges} nodes");
        if (IsPeaceful)
            sometimes.Count("cluster: nothing goes wrong, and shards are handed over");

        if (plan.Clients.Count > 12)
            sometimes.Count("cluster: dozens of clients");
    }

    private static RunPlan WithCluster(RunPlan plan, ClusterPlan cluster, SeededEntropy entropy)
    {
        return WithCrowd(plan, entropy.Fork("crowd")) with
        {
            Cluster = cluster,

            // A process that stands still for so long that it is no member any more may send what it had in hand when it goes on: nobody could have told it.
            Access = cluster.Pauses && plan.Access is { } access ? access with { PutsOut = false } : plan.Access,
            Engine = plan.Engine with { Shards = entropy.Fork("shards").Numbers.Pick(4, 8) },
            FaultsFor = entropy.Fork("length").Numbers.Ms(3_000, 7_000),

            // The disk is the database's.
            Faults = plan.Faults with { NodesFail = true, Crashes = plan.Faults.Crashes && entropy.Fork("all").Numbers.OneIn(4), Restores = plan.Faults.Restores && entropy.Fork("restores").Numbers.OneIn(2), StalledDisk = false, SlowDisk = false, UnknownCommits = false, FailedReads = false, FullDisk = false, EndsChannels = false, EndsSessions = false },
        };
    }

    /// <summary>Now and then dozens of clients come, each of them with what the seed draws for it.</summary>
    private static RunPlan WithCrowd(RunPlan plan, SeededEntropy entropy)
    {
        var chance = entropy.Numbers;
        return !chance.OneIn(16) ? plan : plan with
        {
            Clients =
            [
                .. plan.Clients,
                .. Enumerable.Range(plan.Clients.Count + 1, chance.Between(12, 30)).Select(number => RunPlan.DrawClient($"client-{number}", plan.Channels, entropy.Fork($"client/{number}").Numbers) with
                {
                    PublishEvery = chance.Pick(TimeSpan.FromMilliseconds(200), Timeout.InfiniteTimeSpan),
                }),
            ],
        };
    }

    /// <summary>Whoever is refused something is refused it because of a hand-over.</summary>
    private static RunPlan WithBoundsOfPeace(RunPlan plan) => plan with
    {
        Faults = plan.Faults with { Crashes = false, Restores = false, EndsEphemeral = false },
        Engine = plan.Engine with { UndecidedEventsMax = 100_000 },
        Access = plan.Access is null ? null : plan.Access with { Fails = false },
    };

    /// <summary>Users are put out whose tokens would be good for long, whenever nodes lose each other.</summary>
    private static AccessPlan WithOrders(AccessPlan access) => access with { PutsOut = true, PutsOutApart = true, LifetimeMax = TimeSpan.FromSeconds(60), Fails = false };

    /// <summary>Nodes that do not reach each other for a moment: what is ordered of all of them just then is not done by all.</summary>
    private ClusterPlan Apart() => this with { Pauses = false, BlocksLinks = true, CutsLinks = true, SlowLinks = true };

    private ClusterPlan InPeace() => new() { Both = Both, Cores = Cores, Edges = Edges, Lease = Lease, Moves = true, IsPeaceful = true, SpreadsRequests = SpreadsRequests };

    private static ClusterPlan DrawNodes(Xoshiro256 nodes, Xoshiro256 faults)
    {
        var drawn = nodes.Below(3) switch
        {
            0 => new ClusterPlan { Both = nodes.Between(3, 5) },
            1 => new ClusterPlan { Cores = nodes.Between(2, 4), Edges = nodes.Between(1, 3) },
            _ => new ClusterPlan { Both = nodes.Between(1, 2), Cores = nodes.Between(1, 3), Edges = nodes.Between(1, 2) },
        };
        return drawn with
        {
            Lease = nodes.Pick(TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)),
            Kills = faults.OneIn(2),
            Pauses = faults.OneIn(3),
            BlocksLinks = faults.OneIn(3),
            CutsLinks = faults.OneIn(2),
            SlowLinks = faults.OneIn(4),
            DatabaseGoesAway = faults.OneIn(4),
            SlowDatabase = faults.OneIn(4),
            LosesAnswers = faults.OneIn(4),
            CutsDatabase = faults.OneIn(3),
            StepsClock = faults.OneIn(5),
            Moves = faults.OneIn(2),
            Drains = faults.OneIn(3),
        };
    }

    public override string ToString() =>
        $"{Both + Cores + Edges} nodes ({Both} both, {Cores} core, {Edges} edge), lease {Lease.TotalMilliseconds} ms{Said(Kills, "kills")}{Said(Pauses, "pauses")}{Said(BlocksLinks, "blocked links")}{Said(CutsLinks, "cut links")}{Said(SlowLinks, "slow links")}{Said(DatabaseGoesAway, "database away")}{Said(SlowDatabase, "slow database")}{Said(LosesAnswers, "lost answers")}{Said(CutsDatabase, "database cut")}{Said(StepsClock, "clock steps")}{Said(Moves, "moves")}{Said(Drains, "drains")}{Said(FillsDatabase, "full database")}{Said(Storms, "storms")}{Said(SpreadsRequests, "requests anywhere")}";

    private static string Said(bool isSo, string what) => isSo ? $", {what}" : "";
}
