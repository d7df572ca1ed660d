using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Simulation.Cluster;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// Who has not heard for too long that its lease counts does not even try to write any more, though the fence would stop it: somebody may read from it. And who hands a shard over has settled what was under way.
/// </summary>
internal sealed class LeaseKeeping : Checker
{
    /// <summary>An owner gives up at 0.6 of its lease, and looks every sixth of it.</summary>
    private const double GivenUpAt = 0.9;

    /// <summary>What takes longer than that is slow: who leaves then may be stopped in the middle of it.</summary>
    private static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(20);

    /// <summary>For so long it may be felt that something was slow.</summary>
    private static readonly TimeSpan _feltFor = TimeSpan.FromMilliseconds(800);

    private readonly Dictionary<Fence, DateTimeOffset> _toldFrom = [];
    private readonly Dictionary<Fence, Queue<TimeSpan>> _underWay = [];
    private readonly Dictionary<string, TimeSpan> _slowAt = new(StringComparer.Ordinal);
    private (Fence Fence, NodeIncarnation Owner, int Writes, TimeSpan At)? _givenBack;

    public required SimulatedCluster Cluster { get; init; }

    private TimeSpan Lease => Seen.Plan.Cluster!.Lease;

    public void OnTold(IReadOnlyList<Fence> fences, DateTimeOffset askedAt)
    {
        foreach (var fence in fences)
        {
            if (!_toldFrom.TryGetValue(fence, out var known) || known < askedAt)
                _toldFrom[fence] = askedAt;
        }
    }

    public void OnAsks(Fence fence, string process)
    {
        Settle();
        UnderWay(fence).Enqueue(Seen.Now);
        if (!_toldFrom.TryGetValue(fence, out var from))
        {
            Fail($"{process} writes under {fence}, and was never told that it is its own.");
            return;
        }

        var silence = Cluster.World.Time.GetUtcNow() - from;
        if (silence <= Lease * GivenUpAt)
            return;

        Seen.Sometimes.Count("cluster: a node that stood still writes before it looks at its clock");
        Require(
            RunsFor(process) < Lease / 2,
            $"{process} writes under {fence}; it asked for its lease of {Lease.TotalMilliseconds} ms {silence.TotalMilliseconds:0} ms ago for the last time that was answered, and did not stand still.");
    }

    public void OnAnswered(Fence fence, string process, TimeSpan after)
    {
        if (after > _quick)
            _slowAt[process] = Seen.Now;

        UnderWay(fence).TryDequeue(out _);
    }

    public void OnGivesBack(Fence fence, NodeIncarnation owner)
    {
        Settle();
        var writes = UnderWay(fence);
        if (Cluster.Find(owner.Node) is not { } life || writes.Count == 0)
            return;

        var isQuick = Seen.Now - writes.Peek() <= _quick && Seen.Now - _slowAt.GetValueOrDefault(life.Process, -_feltFor) >= _feltFor;
        if (isQuick && RunsFor(life.Process) >= _feltFor && life.ReachesDatabaseFor >= _feltFor)
            _givenBack = (fence, owner, writes.Count, Seen.Now);
    }

    /// <summary>Who leaves lets go of everything at once, and so does who finds that none of those who were there lets it in.</summary>
    public void OnLetsGo(NodeIncarnation who)
    {
        if (_givenBack is not { } given || given.Owner != who || given.At != Seen.Now)
            return;

        _givenBack = null;
        Seen.Sometimes.Count("cluster: a node lets go of everything while writes are under way");
    }

    public override void AtRest() => Settle();

    public override void OnRestored()
    {
        _toldFrom.Clear();
        _underWay.Clear();
    }

    private void Settle()
    {
        if (_givenBack is not { } given || given.At == Seen.Now)
            return;

        _givenBack = null;
        Fail($"{given.Owner} gave {given.Fence} back while {given.Writes} of its writes were under way, and nothing was slow.");
    }

    private TimeSpan RunsFor(string process) => Cluster.Lives.FirstOrDefault(life => life.Process == process)?.RunsFor ?? TimeSpan.Zero;

    private Queue<TimeSpan> UnderWay(Fence fence)
    {
        if (!_underWay.TryGetValue(fence, out var writes))
            _underWay.Add(fence, writes = new Queue<TimeSpan>());

        return writes;
    }
}
