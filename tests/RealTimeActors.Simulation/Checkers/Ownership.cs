using RealTimeActors.Simulation.Cluster;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>After the faults every shard has an owner soon: a member whose lease runs, and whose process does.</summary>
internal sealed class Ownership : Checker
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(3);
    private readonly SortedSet<int> _missing = [];
    private TimeSpan _since;

    public required SimulatedCluster Cluster { get; init; }

    /// <summary>A process that was killed and started again in no time has its old lease in its way until that runs out, and where the clock of the database was set back that takes longer.</summary>
    private TimeSpan Within
    {
        get
        {
            var cluster = Seen.Plan.Cluster!;
            var lease = cluster.Lease * 1.2;
            return (lease > _within ? lease : _within) + (cluster.StepsClock ? cluster.Lease : TimeSpan.Zero);
        }
    }

    /// <summary>The faults are over.</summary>
    public void Begin()
    {
        _since = Seen.Now;
        _missing.UnionWith(Enumerable.Range(0, Cluster.Options.Shards));
    }

    public void Look()
    {
        if (_missing.Count == 0)
            return;

        _missing.RemoveWhere(IsOwned);
        var took = Seen.Now - _since;
        if (_missing.Count == 0)
            Seen.Sometimes.AtMost($"ms until every shard has an owner (lease {Seen.Plan.Cluster!.Lease.TotalMilliseconds} ms{(Seen.Plan.Cluster.StepsClock ? ", and a clock that is set" : "")})", (long)took.TotalMilliseconds);
        else
            Require(took <= Within, $"{took.TotalMilliseconds:0} ms after the faults are over nobody has shard {_missing.Min} ({Within.TotalMilliseconds:0} ms are allowed).");
    }

    private bool IsOwned(int shard) => Cluster.Database.OwnerOf(shard) is { } owner && Cluster.Find(owner.Node) is { } life && life.Self == $"{owner}";
}
