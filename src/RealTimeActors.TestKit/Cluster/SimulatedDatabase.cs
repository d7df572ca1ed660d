using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Leases.Memory;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>
/// The database that the nodes of a simulated cluster share: leases, fences, the table of nodes, and the journals that are written under the fences. It has a clock of its own, and each node its own way to it
/// (<see cref="SimulatedAccess"/>), which can be slow, lose answers or be cut.
/// </summary>
/// <remarks>One thread, like everything of a simulation. Transactions are carried out one after the other, at a moment drawn between the call and its answer.</remarks>
public sealed class SimulatedDatabase
{
    private readonly IEntropy _entropy;
    private readonly IEntropy _nonces;
    private readonly TimeProvider _time;

    /// <param name="entropy">Latencies, lost answers and nonces come from forks of it.</param>
    /// <param name="time">Virtual time: the database's clock and everybody's timers.</param>
    public SimulatedDatabase(IEntropy entropy, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        _entropy = entropy;
        _nonces = entropy.Fork("nonces");
        _time = time;
        Disk = new SimulatedDisk(entropy.Fork("disk"), isShared: true);
    }

    /// <summary>What the journals of all nodes are on, and what goes wrong with it for those that have no faults of their own.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>How far the database's clock is from the time of the simulation: a step of it moves the end of leases, and of nothing else.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Whether the database answers nobody, until this is false again: calls fail, undone.</summary>
    public bool IsDown { get; set; }

    /// <summary>The present life of a node, as the table has it; null: it is no member.</summary>
    public NodeIncarnation? MemberOf(string node) => (Cluster.Look(Now, null) as MembershipReply.Seen)?.View.Members.FirstOrDefault(member => member.Self.Node == node)?.Self;

    /// <summary>Sees what passes; null: nobody looks.</summary>
    public IDatabaseTap? Tap { get; set; }

    /// <summary>How long the sign of life of a node counts yet, of all the longest: so long, at most, a name is not free.</summary>
    public TimeSpan LongestSign => (Cluster.Look(Now, null) as MembershipReply.Seen)?.View.Members.Select(member => member.Remaining).DefaultIfEmpty().Max() ?? TimeSpan.Zero;

    /// <summary>A fault that is planted on purpose: writes are carried out without a look at their fence, to see whether that is found.</summary>
    public bool SkipsFences { get; set; }

    internal MemoryCluster Cluster { get; private set; } = new();

    internal DateTimeOffset Now => _time.GetUtcNow() + ClockOffset;

    /// <summary>The way of one node to the database.</summary>
    /// <param name="node">For its draws: the same name draws the same.</param>
    public SimulatedAccess Open(string node) => new(this, _entropy.Fork("access").Fork(node), _time);

    /// <summary>The journals of one life of a node. Each write of theirs counts only if its fence does at the moment at which it is flushed.</summary>
    /// <param name="faults">What goes wrong on the node's way to them: while <see cref="DiskFaults.IsStalled"/>, nothing of it gets there, and what was told comes late.</param>
    /// <param name="process">What whoever looks at the database calls the life of the node.</param>
    public SimulatedFencedJournals OpenJournals(DiskFaults faults, string process = "") => new(this, new SimulatedJournal(Disk, _time, ownFaults: faults), process);

    /// <summary>Who has a shard: a member whose lease has not run out; null: nobody.</summary>
    public NodeIncarnation? OwnerOf(int shard)
    {
        if (Cluster.ListLeases(Now, null) is not LeaseReply.Listed { Leases: var leases } || leases.FirstOrDefault(lease => lease.Shard == shard) is not { } lease || lease.Remaining <= TimeSpan.Zero)
            return null;

        return MemberOf(lease.Owner.Node) == lease.Owner ? lease.Owner : null;
    }

    /// <summary>A copy of everything, as an online backup would make it.</summary>
    public DatabaseCopy TakeCopy() => new(Disk.TakeCopy(), Cluster.Copy());

    /// <summary>Puts a copy back, while no process has the journals open: everything since is gone, and the store has a new life.</summary>
    public void Restore(DatabaseCopy copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        Disk.Restore(copy.Disk);
        Cluster = copy.Cluster.Copy();
        Tap?.PutBack();
    }

    internal long NewNonce()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        _nonces.Fill(bytes);
        return BitConverter.ToInt64(bytes);
    }
}
