using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Cluster;

namespace RealTimeActors.Simulation.Cluster;

/// <summary>The checkers that look at the database from outside.</summary>
internal sealed class DatabaseView : IDatabaseTap
{
    private readonly SimulatedCluster _cluster;
    private readonly Observations _seen;
    private readonly SingleWriter _writer;
    private readonly LeaseKeeping _leases;

    public DatabaseView(SimulatedCluster cluster, Observations seen)
    {
        _cluster = cluster;
        _seen = seen;
        _writer = new SingleWriter { Seen = seen };
        _leases = new LeaseKeeping { Seen = seen, Cluster = cluster };
        Ownership = new Ownership { Seen = seen, Cluster = cluster };
        cluster.Database.Tap = this;
    }

    public Ownership Ownership { get; }

    /// <summary>As of <see cref="SimulatedDatabase.LongestSign"/>.</summary>
    public TimeSpan LongestSign => _cluster.Database.LongestSign;

    public void Took(Fence fence, NodeIncarnation owner) => _writer.OnTook(fence, owner);

    public void Told(IReadOnlyList<Fence> fences, DateTimeOffset askedAt) => _leases.OnTold(fences, askedAt);

    public void GivesBack(Fence fence, NodeIncarnation owner) => _leases.OnGivesBack(fence, owner);

    public void Beats(NodeIncarnation who, double load)
    {
        if (load >= ClusterOptions.ApartLoad)
            _leases.OnLetsGo(who);
    }

    public void Leaves(NodeIncarnation who) => _leases.OnLetsGo(who);

    public void Asks(Fence fence, string process) => _leases.OnAsks(fence, process);

    public void Answered(Fence fence, string process, TimeSpan after) => _leases.OnAnswered(fence, process, after);

    public void Commits(Fence fence, string process, StreamId stream) => _writer.OnCommits(fence, process, stream);

    public void Refuses(Fence fence, string process) => _seen.Sometimes.Count("cluster: a write is refused because its fence counts no more");

    public void PutBack()
    {
        _writer.OnRestored();
        _leases.OnRestored();
    }

    public void AtRest() => _leases.AtRest();
}
