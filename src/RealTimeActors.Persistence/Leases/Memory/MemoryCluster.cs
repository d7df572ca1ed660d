using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Persistence.Leases.Memory;

/// <summary>Leases, fences and the table of nodes in memory, and what their contracts answer. Has no order, no delay and no thread of its own; the clock is whoever's it is asked by.</summary>
internal sealed class MemoryCluster
{
    /// <summary>When a lease ends that its owner gave back: no renewal brings it back.</summary>
    private static readonly DateTimeOffset _givenBack = DateTimeOffset.UnixEpoch;

    private readonly SortedDictionary<string, MemberRow> _members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, LeaseRow> _leases = [];
    private readonly SortedDictionary<int, Fence> _fences = [];
    private long _incarnations;
    private long _view;

    /// <summary>Whether a write under this fence may commit.</summary>
    internal bool Holds(Fence fence) => _fences.TryGetValue(fence.Shard, out var current) && current == fence;

    internal LeaseReply Take(int shard, NodeIncarnation owner, TimeSpan length, long nonce, DateTimeOffset now, object? tag)
    {
        if (!IsMember(owner))
            return new LeaseReply.NoMember(owner, tag);

        var held = _leases
            .Where(lease => (shard == Fence.WholeStore || lease.Key == shard || lease.Key == Fence.WholeStore) && lease.Value.Until > now && lease.Value.Owner != owner && IsMember(lease.Value.Owner))
            .OrderByDescending(lease => lease.Value.Until).Select(lease => lease.Value).FirstOrDefault();
        if (held is not null)
            return new LeaseReply.Held(shard, held.Owner, held.Until - now, tag);

        // Who takes a part ends what was written under the whole, and the other way round.
        foreach (var other in _fences.Keys.Where(other => other != shard && (shard == Fence.WholeStore || other == Fence.WholeStore)).ToArray())
            _fences[other] = _fences[other] with { Epoch = _fences[other].Epoch + 1, Nonce = nonce };

        var fence = new Fence(shard, _fences.TryGetValue(shard, out var former) ? former.Epoch + 1 : 1, nonce);
        _fences[shard] = fence;
        _leases[shard] = new LeaseRow(owner, now + length);
        return new LeaseReply.Taken(fence, tag);
    }

    internal LeaseReply Renew(IReadOnlyList<Fence> fences, NodeIncarnation owner, TimeSpan length, DateTimeOffset now, object? tag)
    {
        if (!IsMember(owner))
            return new LeaseReply.NoMember(owner, tag);

        var renewed = fences.Where(fence => IsOf(fence, owner) && _leases[fence.Shard].Until != _givenBack).ToArray();
        foreach (var fence in renewed)
            _leases[fence.Shard] = new LeaseRow(owner, now + length);

        return new LeaseReply.Renewed(renewed, tag);
    }

    internal LeaseReply Release(Fence fence, NodeIncarnation owner, object? tag)
    {
        if (IsOf(fence, owner))
            _leases[fence.Shard] = new LeaseRow(owner, _givenBack);

        return new LeaseReply.Released(fence, tag);
    }

    internal LeaseReply ListLeases(DateTimeOffset now, object? tag) =>
        new LeaseReply.Listed([.. _leases.Select(lease => new Lease(lease.Key, lease.Value.Owner, _fences[lease.Key].Epoch, Remaining(lease.Value.Until, now)))], tag);

    internal MembershipReply Announce(NodeAnnouncement announcement, TimeSpan silentAfter, DateTimeOffset now, object? tag)
    {
        if (_members.TryGetValue(announcement.Node, out var other) && other.Until > now)
            return new MembershipReply.NameTaken(other.Self, other.Until - now, tag);

        var self = new NodeIncarnation(announcement.Node, ++_incarnations);
        _members[announcement.Node] = new MemberRow(self, announcement.Address, [.. announcement.Roles.Order(StringComparer.Ordinal)], 0, now + silentAfter);
        _view++;
        return new MembershipReply.Announced(self, View(now), tag);
    }

    internal MembershipReply Beat(NodeIncarnation self, double load, TimeSpan silentAfter, DateTimeOffset now, object? tag)
    {
        if (!IsMember(self))
            return new MembershipReply.NoMember(self, tag);

        _members[self.Node] = _members[self.Node] with { Load = load, Until = now + silentAfter };
        return Look(now, tag);
    }

    internal MembershipReply DeclareDead(NodeIncarnation whom, NodeIncarnation by, bool isCertain, DateTimeOffset now, object? tag)
    {
        if (!IsMember(by))
            return new MembershipReply.NoMember(by, tag);

        if (IsMember(whom))
        {
            var until = _members[whom.Node].Until;
            if (until > now && !isCertain)
                return new MembershipReply.StillAlive(whom, until - now, tag);

            Remove(whom);
        }

        return Look(now, tag);
    }

    internal MembershipReply Leave(NodeIncarnation self, DateTimeOffset now, object? tag)
    {
        if (IsMember(self))
            Remove(self);

        return Look(now, tag);
    }

    internal MembershipReply Look(DateTimeOffset now, object? tag) => new MembershipReply.Seen(View(now), tag);

    /// <summary>The same rows; neither changes with the other.</summary>
    internal MemoryCluster Copy()
    {
        var copy = new MemoryCluster { _incarnations = _incarnations, _view = _view };
        foreach (var (node, row) in _members)
            copy._members.Add(node, row);

        foreach (var (shard, row) in _leases)
            copy._leases.Add(shard, row);

        foreach (var (shard, fence) in _fences)
            copy._fences.Add(shard, fence);

        return copy;
    }

    private bool IsMember(NodeIncarnation who) => _members.TryGetValue(who.Node ?? "", out var member) && member.Self == who;

    private bool IsOf(Fence fence, NodeIncarnation owner) => Holds(fence) && _leases[fence.Shard].Owner == owner;

    private void Remove(NodeIncarnation who)
    {
        _members.Remove(who.Node);
        _view++;
    }

    private MembershipView View(DateTimeOffset now) =>
        new(_view, [.. _members.Values.Select(member => new ClusterMember(member.Self, member.Address, member.Roles, member.Load, Remaining(member.Until, now)))]);

    private static TimeSpan Remaining(DateTimeOffset until, DateTimeOffset now) => until > now ? until - now : TimeSpan.Zero;

    private sealed record MemberRow(NodeIncarnation Self, string Address, IReadOnlyList<string> Roles, double Load, DateTimeOffset Until);

    private sealed record LeaseRow(NodeIncarnation Owner, DateTimeOffset Until);
}
