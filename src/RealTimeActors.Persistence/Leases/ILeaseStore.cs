using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.Leases;

/// <summary>
/// The memory door to leases and fences. A lease says who should own a shard, and for how long, by the clock of the store alone; the fence that comes with it makes it true.
/// </summary>
/// <remarks>
/// Every call returns at once and is answered by exactly one <see cref="LeaseReply"/> that carries its tag, unless the process ends first. Answers may come in another order than
/// the calls. After <see cref="LeaseReply.Failed"/> nobody knows whether it was done: ask again, which is harmless. An owner has to stop by itself at 0.6 of the lease's length
/// after the moment, by its own monotonic clock, at which it called the last <see cref="Take"/> or <see cref="Renew"/> that was answered well.
/// Implementations pass <c>RealTimeActors.Persistence.Tck</c>.
/// </remarks>
public interface ILeaseStore
{
    /// <summary>
    /// Takes the lease of a shard, when it is free, has run out, belongs to a node that is no member any more, or to the asker itself. With it comes a fence with the next epoch: once
    /// this is answered, nothing commits under an older one. Waits for a write of the former owner that is being committed.
    /// Answered by <see cref="LeaseReply.Taken"/>, <see cref="LeaseReply.Held"/>, <see cref="LeaseReply.NoMember"/> or <see cref="LeaseReply.Failed"/>.
    /// </summary>
    void Take(int shard, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo);

    /// <summary>
    /// Lets leases run for <paramref name="length"/> from now on. One that has run out is renewed all the same as long as nobody took it; one that was given back is not, though the renewal was asked for before.
    /// Answered by <see cref="LeaseReply.Renewed"/>, which names those that are still the owner's, <see cref="LeaseReply.NoMember"/> or <see cref="LeaseReply.Failed"/>.
    /// </summary>
    void Renew(IReadOnlyList<Fence> fences, NodeIncarnation owner, TimeSpan length, object? tag, IActorRef<LeaseReply> replyTo);

    /// <summary>Gives a lease back: the next one need not wait for its end. Nothing happens when it is another's by now. Answered by <see cref="LeaseReply.Released"/> or <see cref="LeaseReply.Failed"/>.</summary>
    void Release(Fence fence, NodeIncarnation owner, object? tag, IActorRef<LeaseReply> replyTo);

    /// <summary>Lists all leases by shard. Answered by <see cref="LeaseReply.Listed"/> or <see cref="LeaseReply.Failed"/>.</summary>
    void List(object? tag, IActorRef<LeaseReply> replyTo);
}
