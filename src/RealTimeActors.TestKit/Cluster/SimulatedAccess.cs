using System.Buffers.Binary;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>One node's way to the <see cref="SimulatedDatabase"/>: both doors, and the faults between.</summary>
public sealed class SimulatedAccess : ILeaseStore, IMembershipStore, IDisposable
{
    private const string CutMessage = "The simulated database cannot be reached.";
    private const string LostMessage = "The answer of the simulated database was lost.";
    private readonly SimulatedDatabase _database;
    private readonly IEntropy _latency;
    private readonly IEntropy _loss;
    private readonly Deliveries _deliveries;
    private readonly TimeProvider _time;

    internal SimulatedAccess(SimulatedDatabase database, IEntropy entropy, TimeProvider time)
    {
        _database = database;
        _time = time;
        _latency = entropy.Fork("latency");
        _loss = entropy.Fork("loss");
        _deliveries = new Deliveries(time);
    }

    /// <summary>Whether nothing of this node gets to the database: calls fail after <see cref="GiveUpAfter"/>, undone.</summary>
    public bool IsCut { get; set; }

    /// <summary>The chance that an answer is lost after the thing was done: it fails after <see cref="GiveUpAfter"/>.</summary>
    public double LostAnswerChance { get; set; }

    /// <summary>The most time of each way, there and back. Default 1 ms.</summary>
    public TimeSpan LatencyMax { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a call waits for its answer. Default 500 ms.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public void Take(int shard, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shard, Fence.WholeStore);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        Lease(TakeNow, tag, replyTo);

        LeaseReply TakeNow()
        {
            var reply = _database.Cluster.Take(shard, owner, length, _database.NewNonce(), _database.Now, tag);
            if (reply is LeaseReply.Taken taken)
                _database.Tap?.Took(taken.Fence, owner);

            return reply;
        }
    }

    /// <inheritdoc/>
    public void Renew(IReadOnlyList<Fence> fences, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo)
    {
        ArgumentNullException.ThrowIfNull(fences);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        Lease(() => _database.Cluster.Renew(fences, owner, length, _database.Now, tag), tag, replyTo);
    }

    /// <inheritdoc/>
    public void Release(Fence fence, NodeIncarnation owner, object? tag, IActorRef<LeaseReply> replyTo)
    {
        _database.Tap?.GivesBack(fence, owner);
        Lease(() => _database.Cluster.Release(fence, owner, tag), tag, replyTo);
    }

    /// <inheritdoc/>
    public void List(object? tag, IActorRef<LeaseReply> replyTo) => Lease(() => _database.Cluster.ListLeases(_database.Now, tag), tag, replyTo);

    /// <inheritdoc/>
    public void Announce(NodeAnnouncement announcement, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        ArgumentException.ThrowIfNullOrEmpty(announcement.Node, nameof(announcement));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(silentAfter, TimeSpan.Zero);
        Member(() => _database.Cluster.Announce(announcement, silentAfter, _database.Now, tag), tag, replyTo);
    }

    /// <inheritdoc/>
    public void Beat(NodeIncarnation self, double load, TimeSpan silentAfter, object? tag, IActorRef<MembershipReply> replyTo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(silentAfter, TimeSpan.Zero);
        _database.Tap?.Beats(self, load);
        Member(() => _database.Cluster.Beat(self, load, silentAfter, _database.Now, tag), tag, replyTo);
    }

    /// <inheritdoc/>
    public void DeclareDead(NodeIncarnation whom, NodeIncarnation by, bool isCertain, object? tag, IActorRef<MembershipReply> replyTo) =>
        Member(() => _database.Cluster.DeclareDead(whom, by, isCertain, _database.Now, tag), tag, replyTo);

    /// <inheritdoc/>
    public void Leave(NodeIncarnation self, object? tag, IActorRef<MembershipReply> replyTo)
    {
        _database.Tap?.Leaves(self);
        Member(() => _database.Cluster.Leave(self, _database.Now, tag), tag, replyTo);
    }

    /// <inheritdoc/>
    public void Look(object? tag, IActorRef<MembershipReply> replyTo) => Member(() => _database.Cluster.Look(_database.Now, tag), tag, replyTo);

    /// <summary>The process of the node ends: nothing of it gets to the database, and no answer back, any more.</summary>
    public void Dispose() => _deliveries.Dispose();

    private void Lease(Func<LeaseReply> run, object? tag, IActorRef<LeaseReply> replyTo)
    {
        var askedAt = _time.GetUtcNow();
        Call(run, message => new LeaseReply.Failed(message, tag), replyTo, reply => Tell(reply, askedAt));
    }

    private void Tell(LeaseReply reply, DateTimeOffset askedAt)
    {
        if (reply is LeaseReply.Taken taken)
            _database.Tap?.Told([taken.Fence], askedAt);
        else if (reply is LeaseReply.Renewed renewed)
            _database.Tap?.Told(renewed.Fences, askedAt);
    }

    private void Member(Func<MembershipReply> run, object? tag, IActorRef<MembershipReply> replyTo) => Call(run, message => new MembershipReply.Failed(message, tag), replyTo);

    private void Call<TReply>(Func<TReply> run, Func<string, TReply> failed, IActorRef<TReply> replyTo, Action<TReply>? tell = null)
        where TReply : class =>
        _deliveries.After(Latency(), () =>
        {
            if (IsCut || _database.IsDown)
            {
                _deliveries.After(GiveUpAfter, () => replyTo.Tell(failed(CutMessage)));
                return;
            }

            var reply = run();
            if (Unit(_loss) < LostAnswerChance)
                _deliveries.After(GiveUpAfter, () => replyTo.Tell(failed(LostMessage)));
            else
                _deliveries.After(Latency(), () => Answer(IsCut ? failed(LostMessage) : reply));

            void Answer(TReply answer)
            {
                tell?.Invoke(answer);
                replyTo.Tell(answer);
            }
        });

    private TimeSpan Latency() => TimeSpan.FromTicks((long)(Unit(_latency) * LatencyMax.Ticks));

    /// <summary>At least 0, less than 1.</summary>
    private static double Unit(IEntropy entropy)
    {
        Span<byte> bytes = stackalloc byte[8];
        entropy.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
