using RealTimeActors.Persistence.Leases;

namespace RealTimeActors.Persistence.Journals;

/// <summary>The journal of a store that several nodes share: each shard's streams are written under the fence of its owner.</summary>
public interface IFencedJournals
{
    /// <summary>
    /// The journal for the streams of one shard, as its owner writes it. Every write is refused with <see cref="JournalFault.Fenced"/> from the moment on at which another owner
    /// has taken a newer fence, whatever this node still believes; reads are not. Two journals of one shard are one and the same where order is concerned.
    /// </summary>
    IJournal Under(Fence fence);

    /// <summary>The journal for whoever only reads: every write of it is refused with <see cref="JournalFault.Fenced"/>.</summary>
    IJournal Reading => Under(default);

    /// <summary>How far the writes under a fence are. Counted by this store, from the moment on at which it was first written under; safe from anywhere. A store that does not count says nothing.</summary>
    JournalProgress ProgressOf(Fence fence) => default;
}
