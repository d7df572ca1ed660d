using RealTimeActors.Actors;
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

    internal MemoryCluster Cluster { get; } = new();

    internal DateTimeOffset Now => _time.GetUtcNow() + ClockOffset;

    /// <summary>The way of one node to the database.</summary>
    /// <param name="node">For its draws: the same name draws the same.</param>
    public SimulatedAccess Open(string node) => new(this, _entropy.Fork("access").Fork(node), _time);

    /// <summary>The journals of one life of a node. Each write of theirs counts only if its fence does at the moment at which it is flushed.</summary>
    /// <param name="faults">What goes wrong on the node's way to them: while <see cref="DiskFaults.IsStalled"/>, nothing of it gets there, and what was told comes late.</param>
    public SimulatedFencedJournals OpenJournals(DiskFaults faults) => new(this, new SimulatedJournal(Disk, _time, ownFaults: faults));

    internal long NewNonce()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        _nonces.Fill(bytes);
        return BitConverter.ToInt64(bytes);
    }
}
