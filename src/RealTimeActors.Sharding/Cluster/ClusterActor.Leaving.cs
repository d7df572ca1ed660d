namespace RealTimeActors.Sharding.Cluster;

/// <summary>To leave: what there was no time to hand over is given back, and the others are told, so that they have it as soon as they may. What they are not told they find in the table at their next look.</summary>
public sealed partial class ClusterActor
{
    private void Leave()
    {
        _isLeaving = true;
        List<OwnedShard> left = [.. _held.Values.Select(holding => new OwnedShard(holding.Fence.Shard, holding.Fence.Epoch))];
        foreach (var shard in left)
        {
            foreach (var peer in _up.Keys)
                TellPeer(peer, new ClusterTalk.Hold(Me, shard));
        }

        GiveAllBack();
        if (_me is not null)
            _options.Members.Leave(Me, new Left(left), Self);
    }

    /// <summary>Who is no member has no shard, whatever its leases say: from here on others may take what there was no time to hand over, and need not find that out at their next look at the table.</summary>
    private void OnLeft(Left left)
    {
        var nodes = Candidates();
        foreach (var shard in left.Shards)
        {
            if (Placement.OwnerOf(shard.Shard, nodes) is { } to && Named(to) is { } member)
                TellPeer($"{member.Self}", new ClusterTalk.Offer(Me, shard, IsOrdered: false));
        }
    }

    /// <summary>At once, without handing over.</summary>
    private void GiveAllBack()
    {
        foreach (var holding in _held.Values.ToArray())
        {
            Lose(holding.Fence.Shard);
            _options.Leases.Release(holding.Fence, Me, null, Self);
        }
    }

    /// <param name="Shards">What this node had when it left.</param>
    private sealed record Left(IReadOnlyList<OwnedShard> Shards);
}
