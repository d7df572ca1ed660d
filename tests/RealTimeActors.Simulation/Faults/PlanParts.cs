using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Faults;

/// <summary>What can be taken out of a plan, by name: workloads, clients, faults, nodes, time. What is left draws as it did before, as far as it does not share what was taken.</summary>
internal static class PlanParts
{
    /// <summary>Those that a plan has, those first that take most with them.</summary>
    public static IReadOnlyList<PlanPart> Of(RunPlan plan) =>
        [.. Workloads(plan), .. Clients(plan), .. Faults(plan), .. plan.Cluster is { } cluster ? Nodes(cluster) : [], .. Details(plan), .. Length(plan)];

    /// <summary>A plan without some of its parts.</summary>
    /// <exception cref="ArgumentException">It has no such part.</exception>
    public static RunPlan Without(this RunPlan plan, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var parts = Of(plan);
            var part = parts.FirstOrDefault(part => part.Name == name)
                ?? throw new ArgumentException($"The plan has no part '{name}' (any more). It has: {string.Join(", ", parts.Select(part => part.Name))}.");
            plan = plan.Without(part);
        }

        return plan;
    }

    public static RunPlan Without(this RunPlan plan, PlanPart part) => part.Without(plan) with { Without = [.. plan.Without, part.Name] };

    private static IEnumerable<PlanPart> Workloads(RunPlan plan) => Those(
        (plan.State is not null, new("state", p => p with { State = null })),
        (plan.Nacks is not null, new("nacks", p => p with { Nacks = null })),
        (plan.Presence is not null, new("presence", p => p with { Presence = null })),
        (plan.Signs, new("checkpoints", p => p with { Signs = false })),
        (plan.Access is not null, new("access", p => p with { Access = null, RightsFollowers = 0 })),
        (plan.PatternFollowers > 0, new("patterns", p => p with { PatternFollowers = 0 })),
        (plan.RightsFollowers > 0, new("rights", p => p with { RightsFollowers = 0 })),
        (plan.AwaitsReceivers, new("awaited-receivers", p => p with { AwaitsReceivers = false })),
        (plan.Sweeps, new("sweeping", p => p with { Sweeps = false })),
        (plan.Repeaters > 0, new("repeaters", p => p with { Repeaters = 0 })));

    /// <summary>One always stays: somebody has to publish the first event.</summary>
    private static IEnumerable<PlanPart> Clients(RunPlan plan) => plan.Clients.Count == 1 ? [] : plan.Clients.Reverse().Select(client => new PlanPart(client.Name, p => p with
    {
        Clients = [.. p.Clients.Where(other => other.Name != client.Name)],
    }));

    private static IEnumerable<PlanPart> Faults(RunPlan plan) => [.. FaultsOfOne(plan.Faults), .. plan.Cluster is { } cluster ? FaultsBetween(cluster) : []];

    private static IEnumerable<PlanPart> FaultsOfOne(FaultPlan faults) => Those(
        (faults.Crashes, Of("crashes", f => f with { Crashes = false })),
        (faults.Restores, Of("restores", f => f with { Restores = false })),
        (faults.SlowDisk, Of("slow-disk", f => f with { SlowDisk = false })),
        (faults.StalledDisk, Of("stalled-disk", f => f with { StalledDisk = false })),
        (faults.FullDisk, Of("full-disk", f => f with { FullDisk = false })),
        (faults.UnknownCommits, Of("unknown-commits", f => f with { UnknownCommits = false })),
        (faults.FailedReads, Of("failed-reads", f => f with { FailedReads = false })),
        (faults.Cuts, Of("cuts", f => f with { Cuts = false })),
        (faults.HalfOpen, Of("half-open", f => f with { HalfOpen = false })),
        (faults.SlowNetwork, Of("slow-network", f => f with { SlowNetwork = false })),
        (faults.SmallBuffers, Of("small-buffers", f => f with { SmallBuffers = false })),
        (faults.GoesAway, Of("goaway", f => f with { GoesAway = false })),
        (faults.LosesWords, Of("lost-words", f => f with { LosesWords = false })),
        (faults.EndsChannels, Of("channels-end", f => f with { EndsChannels = false })),
        (faults.EndsEphemeral, Of("ephemeral-end", f => f with { EndsEphemeral = false })),
        (faults.EndsSessions, Of("sessions-end", f => f with { EndsSessions = false })));

    private static IEnumerable<PlanPart> FaultsBetween(ClusterPlan cluster) => Those(
        (cluster.Kills, Between("kills", c => c with { Kills = false })),
        (cluster.Pauses, Between("pauses", c => c with { Pauses = false })),
        (cluster.BlocksLinks, Between("blocked-links", c => c with { BlocksLinks = false })),
        (cluster.CutsLinks, Between("cut-links", c => c with { CutsLinks = false })),
        (cluster.SlowLinks, Between("slow-links", c => c with { SlowLinks = false })),
        (cluster.DatabaseGoesAway, Between("database-away", c => c with { DatabaseGoesAway = false })),
        (cluster.SlowDatabase, Between("slow-database", c => c with { SlowDatabase = false })),
        (cluster.FillsDatabase, Between("full-database", c => c with { FillsDatabase = false })),
        (cluster.LosesAnswers, Between("lost-answers", c => c with { LosesAnswers = false })),
        (cluster.CutsDatabase, Between("database-cut", c => c with { CutsDatabase = false })),
        (cluster.StepsClock, Between("clock-steps", c => c with { StepsClock = false })),
        (cluster.Moves, Between("moves", c => c with { Moves = false })),
        (cluster.Drains, Between("drains", c => c with { Drains = false })),
        (cluster.Storms, Between("storms", c => c with { Storms = false })));

    /// <summary>The last of each kind, as long as one is left that takes shards and one that takes connections.</summary>
    private static IEnumerable<PlanPart> Nodes(ClusterPlan cluster) => Those(
        (cluster.Both > 0 && (cluster.Both > 1 || (cluster.Cores > 0 && cluster.Edges > 0)), Between($"both-{cluster.Both}", c => c with { Both = c.Both - 1 })),
        (cluster.Cores > 0 && cluster.Both + cluster.Cores > 1, Between($"core-{cluster.Cores}", c => c with { Cores = c.Cores - 1 })),
        (cluster.Edges > 0 && cluster.Both + cluster.Edges > 1, Between($"edge-{cluster.Edges}", c => c with { Edges = c.Edges - 1 })));

    private static IEnumerable<PlanPart> Details(RunPlan plan) =>
    [
        .. Those(
            (plan.HasLargeEvents, new("large-events", p => p with { HasLargeEvents = false })),
            (plan.GatherChance > 0, new("gathering", p => p with { GatherChance = 0 })),
            (plan.AnswerCutChance > 0, new("broken-answers", p => p with { AnswerCutChance = 0 }))),
        .. plan.Clients.SelectMany(DetailsOf),
    ];

    private static IEnumerable<PlanPart> DetailsOf(ClientPlan client) =>
    [
        .. Those(
            (client.PublishEvery > TimeSpan.Zero, Of(client, "publishes", c => c with { PublishEvery = Timeout.InfiniteTimeSpan })),
            (client.StopsReading, Of(client, "stops-reading", c => c with { StopsReading = false })),
            (client.Restarts, Of(client, "restarts", c => c with { Restarts = false })),
            (client.IsTakenOver, Of(client, "take-overs", c => c with { IsTakenOver = false })),
            (client.Unsubscribes, Of(client, "unsubscribes", c => c with { Unsubscribes = false })),
            (client.Reads, Of(client, "reads", c => c with { Reads = false }))),
        .. client.Subscriptions.Select(subscription => Of(client, subscription.Channel, c => c with { Subscriptions = [.. c.Subscriptions.Where(other => other.Channel != subscription.Channel)] })),
    ];

    private static IEnumerable<PlanPart> Length(RunPlan plan) => Those(
        (plan.FaultsFor > TimeSpan.FromMilliseconds(500), new("half-of-the-time", p => p with { FaultsFor = p.FaultsFor / 2 })));

    private static IEnumerable<PlanPart> Those(params (bool IsThere, PlanPart Part)[] parts) => parts.Where(part => part.IsThere).Select(part => part.Part);

    private static PlanPart Of(string name, Func<FaultPlan, FaultPlan> without) => new(name, plan => plan with { Faults = without(plan.Faults) });

    private static PlanPart Between(string name, Func<ClusterPlan, ClusterPlan> without) => new(name, plan => plan with { Cluster = without(plan.Cluster!) });

    private static PlanPart Of(ClientPlan client, string what, Func<ClientPlan, ClientPlan> without) => new($"{client.Name}.{what}", plan => plan with
    {
        Clients = [.. plan.Clients.Select(other => other.Name == client.Name ? without(other) : other)],
    });
}
