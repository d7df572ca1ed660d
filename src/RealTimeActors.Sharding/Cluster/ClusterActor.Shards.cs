using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>Who has which shard: the leases that this node holds, and what it knows of the others'.</summary>
public sealed partial class ClusterActor
{
    private readonly Owner?[] _owners;
    private readonly SortedDictionary<int, Holding> _held = [];
    private readonly SortedSet<int> _taking = [];

    private void OnLeases(LeaseReply reply)
    {
        switch (reply)
        {
            case LeaseReply.Taken { Tag: Asked asked } taken:
                OnTaken(taken.Fence, asked);
                break;
            case LeaseReply.Held held:
                _taking.Remove(held.Shard);
                break;
            case LeaseReply.Renewed { Tag: Renewing renewing } renewed:
                OnRenewed(renewing, renewed.Fences);
                break;
            case LeaseReply.Listed { Tag: Listing listing } listed:
                OnListed(listed.Leases, listing.At);
                break;
            case LeaseReply.Released { Tag: Move move }:
                OnReleased(move);
                break;
            case LeaseReply.NoMember when !_isLeaving:
                Die("it was declared dead, or another node began under its name");
                break;
            case LeaseReply.Failed { Tag: Asked asked }:
                _taking.Remove(asked.Shard);
                break;
            case LeaseReply.Failed { Tag: Move move }:
                OnNotReleased(move);
                break;
        }
    }

    /// <summary>Asks for every shard that should be here and that nobody has who is alive.</summary>
    private void TakeWhatIsMine()
    {
        if (_isLeaving || _isApart)
            return;

        var nodes = Candidates();
        for (var shard = 0; shard < _options.Shards; shard++)
        {
            if (!_held.ContainsKey(shard) && !IsHeldByMember(shard) && !IsCeded(shard) && Placement.OwnerOf(shard, nodes) == Me.Node)
                Take(shard);
        }
    }

    private bool IsHeldByMember(int shard) => _owners[shard] is { IsFree: false } owner && owner.Node != Me && _view.Members.Any(member => member.Self == owner.Node);

    private void Take(int shard)
    {
        // The table may have told of it before it was offered. Who took it again would begin it anew, and end what is under way there.
        if (!_held.ContainsKey(shard) && _taking.Add(shard))
            _options.Leases.Take(shard, Me, _options.Lease, new Asked(shard, Context.Time.GetTimestamp()), Self);
    }

    private void OnTaken(Fence fence, Asked asked)
    {
        _taking.Remove(fence.Shard);
        if (_isApart)
            _options.Leases.Release(fence, Me, null, Self);

        if (_isLeaving || _isApart || !IsNewer(fence.Shard, fence.Epoch))
            return;

        _held[fence.Shard] = new Holding(fence, asked.At);
        _owners[fence.Shard] = new Owner(Me, fence.Epoch, IsFree: false, Context.Time.GetTimestamp());
        _heldElsewhere.Remove(fence.Shard);
        _options.Figures.Taken++;
        _options.Figures.Shards = _held.Count;
        TellRegions(fence.Shard, new ShardMessage.Own(_options.Journals.Under(fence)));
        foreach (var peer in _up.Keys)
            TellPeer(peer, new ClusterTalk.Owns(Me, [new OwnedShard(fence.Shard, fence.Epoch)]));
    }

    private void Renew()
    {
        var now = Context.Time.GetTimestamp();
        foreach (var holding in _held.Values.ToArray())
        {
            // By its own clock, from before it asked: by the database's it may be another's from here on.
            if (Context.Time.GetElapsedTime(holding.RenewedAt, now) > _options.Lease * 0.6 && _options.Bug != PlantedShardBug.LeaseNotGivenUp)
                Lose(holding.Fence.Shard);
        }

        if (_held.Count > 0)
            _options.Leases.Renew([.. _held.Values.Select(holding => holding.Fence)], Me, _options.Lease, new Renewing(now, [.. _held.Values.Select(holding => holding.Fence)]), Self);
    }

    private void OnRenewed(Renewing renewing, IReadOnlyList<Fence> mine)
    {
        foreach (var asked in renewing.Fences)
        {
            if (!_held.TryGetValue(asked.Shard, out var holding) || holding.Fence != asked)
                continue;

            if (!mine.Contains(asked))
                Lose(asked.Shard);
            else if (renewing.At > holding.RenewedAt)
                _held[asked.Shard] = holding with { RenewedAt = renewing.At };
        }
    }

    /// <summary>The shard may be another's: what is here of it ends, and what comes is held.</summary>
    private void Lose(int shard)
    {
        if (!_held.Remove(shard, out var holding))
            return;

        _options.Figures.Shards = _held.Count;
        if (!_isLeaving)
            _options.Figures.Lost++;

        if (_owners[shard] is { } owner && owner.Node == Me && owner.Epoch == holding.Fence.Epoch)
            _owners[shard] = owner with { IsFree = true, LearntAt = Context.Time.GetTimestamp() };

        _kept.Remove(shard);
        if (_move?.Shard.Shard == shard)
            _move = null;

        TellRegions(shard, new ShardMessage.Elsewhere(null));
    }

    private void List() => _options.Leases.List(new Listing(Context.Time.GetTimestamp()), Self);

    private void OnListed(IReadOnlyList<Lease> leases, long askedAt)
    {
        foreach (var lease in leases)
        {
            // Answers come in any order: what was asked before something else was learnt may be older than that.
            if (lease.Shard < 0 || lease.Shard >= _options.Shards || (_owners[lease.Shard] is { } known && known.Epoch == lease.Epoch && known.LearntAt > askedAt))
                continue;

            Learn(lease.Shard, lease.Owner, lease.Epoch, isFree: lease.Remaining <= TimeSpan.Zero);
            if (IsStillMine(lease))
                Take(lease.Shard);
        }

        TakeWhatIsMine();
    }

    /// <summary>Whether the table says that a shard is this node's, which has let go of it: while the database was away, or because nobody knows what became of a call. Wherever it should be, nobody else has it before that
    /// lease is over; so it is taken again, and goes there in good order.</summary>
    private bool IsStillMine(Lease lease) =>
        lease.Owner == Me && lease.Remaining > TimeSpan.Zero && !_held.ContainsKey(lease.Shard) && _move?.Shard.Shard != lease.Shard && !_isLeaving && !_isApart;

    /// <summary>Who has a greater epoch has it now. Of the same epoch only the end can be new.</summary>
    private void Learn(int shard, NodeIncarnation node, long epoch, bool isFree)
    {
        if (node == Me && !_held.ContainsKey(shard))
            isFree = true;

        var known = _owners[shard];
        if (known is not null && epoch < known.Epoch)
            return;

        if (known is not null && known.Node == node && known.Epoch == epoch && known.IsFree == isFree)
            return;

        _owners[shard] = new Owner(node, epoch, isFree, Context.Time.GetTimestamp());
        if (_held.TryGetValue(shard, out var holding) && holding.Fence.Epoch < epoch)
            Lose(shard);

        if (!_held.ContainsKey(shard))
            TellWhere(shard);
    }

    /// <summary>Whether a lease that was taken here is the newest that is known. The table may have been heard of before the answer: then it is known already, and nobody has it so far.</summary>
    private bool IsNewer(int shard, long epoch) => _owners[shard] is not { } known || epoch > known.Epoch || (epoch == known.Epoch && known.Node == Me);

    private void TellWhereIsWhatHas(string peer)
    {
        for (var shard = 0; shard < _options.Shards; shard++)
        {
            if (_owners[shard] is { } owner && $"{owner.Node}" == peer)
                TellWhere(shard);
        }
    }

    /// <summary>To the regions: the owner's region where there is a link to it and it has said so itself, otherwise nowhere yet.</summary>
    private void TellWhere(int shard)
    {
        var owner = _owners[shard] is { IsFree: false } known ? known : null;
        _heldElsewhere.Remove(shard);
        var actors = owner is not null && HasSaid(owner, shard) ? _up.GetValueOrDefault($"{owner.Node}") : null;
        foreach (var region in _options.Regions)
            region.Tell(shard, new ShardMessage.Elsewhere(actors?.GetValueOrDefault(region.Name), owner?.Epoch ?? 0));
    }

    private bool HasSaid(Owner owner, int shard) => _said.TryGetValue($"{owner.Node}", out var said) && said.TryGetValue(shard, out var epoch) && epoch == owner.Epoch;

    /// <summary>Those who take shards, and how many in proportion. Who is going to leave takes none.</summary>
    private List<(string Node, double Weight)> Candidates()
    {
        var nodes = new List<(string, double)>();
        foreach (var member in _view.Members)
        {
            if (member.Roles.Contains(ClusterOptions.CoreRole) && !IsDraining(member))
                nodes.Add((member.Self.Node, Placement.WeightOf(member.Load)));
        }

        return nodes;
    }

    private sealed record Owner(NodeIncarnation Node, long Epoch, bool IsFree, long LearntAt);

    private sealed record Listing(long At);

    /// <param name="Fence">What it writes under.</param>
    /// <param name="RenewedAt">When the last renewal that was answered well was asked for, by this node's monotonic clock.</param>
    private sealed record Holding(Fence Fence, long RenewedAt);

    private sealed record Asked(int Shard, long At);

    private sealed record Renewing(long At, IReadOnlyList<Fence> Fences);
}
