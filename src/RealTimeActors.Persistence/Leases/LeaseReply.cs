using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.Leases;

/// <summary>What the lease store answers. <paramref name="Tag"/> is what the asker gave along.</summary>
public abstract record LeaseReply(object? Tag)
{
    /// <summary>The shard is the asker's: nothing commits under an older fence any more.</summary>
    public sealed record Taken(Fence Fence, object? Tag) : LeaseReply(Tag);

    /// <summary>Another has it. <paramref name="Remaining"/>: how long its lease still runs unless it is renewed.</summary>
    public sealed record Held(int Shard, NodeIncarnation Owner, TimeSpan Remaining, object? Tag) : LeaseReply(Tag);

    /// <summary>Those of the asked fences that are still the owner's run on; of the others he has to let go at once.</summary>
    public sealed record Renewed(IReadOnlyList<Fence> Fences, object? Tag) : LeaseReply(Tag);

    public sealed record Released(Fence Fence, object? Tag) : LeaseReply(Tag);

    /// <summary>All leases, by shard.</summary>
    public sealed record Listed(IReadOnlyList<Lease> Leases, object? Tag) : LeaseReply(Tag);

    /// <summary>The asker is no member (any more): it was declared dead, or another began under its name. It stops itself.</summary>
    public sealed record NoMember(NodeIncarnation Owner, object? Tag) : LeaseReply(Tag);

    /// <summary>The store could not be asked, or did not answer: it may or may not have been done.</summary>
    public sealed record Failed(string Message, object? Tag) : LeaseReply(Tag);
}
