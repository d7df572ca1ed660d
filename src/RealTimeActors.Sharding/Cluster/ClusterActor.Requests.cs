using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>What operators ask of any node: how the cluster stands, and orders, which go to the node whose affair they are.</summary>
public sealed partial class ClusterActor
{
    /// <summary>Shards that the regions here hold for their owner, who hands them over.</summary>
    private readonly SortedSet<int> _heldElsewhere = [];

    private ClusterStanding Standing(IReadOnlyDictionary<string, NodeFigures>? figures)
    {
        var free = new List<int>();
        for (var shard = 0; shard < _options.Shards; shard++)
        {
            if (_owners[shard] is { } owner && (owner.IsFree || _view.Members.All(member => member.Self != owner.Node)))
                free.Add(shard);
        }

        var moving = new SortedSet<int>(_heldElsewhere);
        if (_move is { } move)
            moving.Add(move.Shard.Shard);

        var apart = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in _view.Members)
        {
            if (_me is not null && WhyApart(member) is { } why)
                apart.Add(member.Self.Node, why);
        }

        var standing = new ClusterStanding(_me, _view, [.. _up.Keys], [.. _owners.Select(owner => owner is null ? ((string, long)?)null : (owner.Node.Node, owner.Epoch))])
        {
            Free = free,
            Moving = [.. moving],
            Apart = apart,
        };
        return figures is null ? standing : standing with { Figures = figures };
    }

    private void OnRequest(ClusterRequest request) => request.ReplyTo.Tell(_me is null
        ? new ClusterAnswer.NotNow("This node is no member of the cluster yet")
        : request switch
        {
            ClusterRequest.Move move => OnRequest(move),
            ClusterRequest.Drain drain => OnRequest(drain),
            ClusterRequest.Undrain undrain => OnRequest(undrain),
            _ => throw new InvalidOperationException($"A request to move, to drain or to undrain is expected; {request.GetType().Name} came."),
        });

    private ClusterAnswer OnRequest(ClusterRequest.Move request)
    {
        if (request.Shard < 0 || request.Shard >= _options.Shards)
            return new ClusterAnswer.Unknown($"There is no shard {request.Shard}: shards go from 0 to {_options.Shards - 1}");

        if (Named(request.To) is not { } to)
            return NoNode(request.To);

        if (!to.Roles.Contains(ClusterOptions.CoreRole))
            return new ClusterAnswer.Impossible($"{request.To} takes no shards: it has the role {string.Join(", ", to.Roles)}, and {ClusterOptions.CoreRole} is expected");

        if (TakesNothing(to))
            return new ClusterAnswer.Impossible($"{request.To} takes no shards: {(WhyApart(to) is { } apart ? $"it is apart ({apart})" : "it is being drained")}");

        if (_owners[request.Shard] is not { IsFree: false } owner || _view.Members.FirstOrDefault(member => member.Self == owner.Node) is not { } holder)
            return new ClusterAnswer.NotNow($"Nobody has shard {request.Shard} just now, and so nobody can hand it over");

        if (holder.Self == to.Self)
            return new ClusterAnswer.AlreadySo(request.To);

        if (holder.Self == Me && !_up.ContainsKey($"{to.Self}"))
            return new ClusterAnswer.NotNow($"{Me.Node}, which has shard {request.Shard}, has no link with {request.To} just now");

        return Order(holder, new ClusterOrder.Move(request.Shard, request.To));
    }

    private ClusterAnswer OnRequest(ClusterRequest.Drain request)
    {
        if (Named(request.Node) is not { } node)
            return NoNode(request.Node);

        if (IsApart(node))
            return new ClusterAnswer.Impossible($"{request.Node} need not be drained: it is apart, and has neither shards nor clients ({WhyApart(node)})");

        if (TakesNothing(node))
            return new ClusterAnswer.AlreadySo(request.Node);

        foreach (var role in node.Roles)
        {
            if (role is ClusterOptions.CoreRole or ClusterOptions.EdgeRole && _view.Members.All(member => member.Self == node.Self || TakesNothing(member) || !member.Roles.Contains(role)))
                return new ClusterAnswer.Impossible($"{request.Node} cannot be drained: no other node of the role {role} is there to take its {(role == ClusterOptions.CoreRole ? "shards" : "clients")}");
        }

        return Order(node, new ClusterOrder.Drain());
    }

    private ClusterAnswer OnRequest(ClusterRequest.Undrain request) =>
        Named(request.Node) is not { } node ? NoNode(request.Node)
        : WhyApart(node) is { } apart ? new ClusterAnswer.Impossible($"{request.Node} was not drained: it is apart, and takes part by itself when that is over ({apart})")
        : !TakesNothing(node) ? new ClusterAnswer.AlreadySo(request.Node)
        : Order(node, new ClusterOrder.Undrain());

    private ClusterAnswer Order(ClusterMember whom, ClusterOrder order)
    {
        if (whom.Self == Me)
        {
            OnOrder(order);
            return new ClusterAnswer.Ordered(Me.Node);
        }

        if (!_up.TryGetValue($"{whom.Self}", out var actors) || !actors.TryGetValue(ClusterOptions.WellKnownName, out var cluster))
            return new ClusterAnswer.NotNow($"{Me.Node} has no link with {whom.Self.Node} just now, whose affair it is; ask again, or another node");

        cluster.Tell(order);
        return new ClusterAnswer.Ordered(whom.Self.Node);
    }

    private ClusterMember? Named(string node) => _view.Members.FirstOrDefault(member => member.Self.Node == node);

    private ClusterAnswer.Unknown NoNode(string node) =>
        new($"There is no node {node}: the members are {string.Join(", ", _view.Members.Select(member => member.Self.Node))}");

    /// <summary>Of itself a node knows better than the table, which it tells.</summary>
    private bool TakesNothing(ClusterMember member) => member.Self == Me ? _isDraining || _isApart : member.Load >= ClusterOptions.DrainingLoad;

    private bool IsApart(ClusterMember member) => member.Self == Me ? _isApart : member.Load >= ClusterOptions.ApartLoad;

    /// <summary>An edge that reaches no core goes on with those it has.</summary>
    private static bool TakesClients(ClusterMember member) => member.Load < ClusterOptions.WithoutCoreLoad;
}
