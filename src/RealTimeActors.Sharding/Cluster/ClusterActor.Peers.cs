using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>The other nodes: links to them, what they are called there, and who is dead.</summary>
public sealed partial class ClusterActor
{
    private readonly SortedDictionary<string, (NodeIncarnation Other, IActorRef<object> Actor)> _links = new(StringComparer.Ordinal);

    /// <summary>By node: its well-known actors by name, while the link is up.</summary>
    private readonly SortedDictionary<string, SortedDictionary<string, IActorRef<object>>> _up = new(StringComparer.Ordinal);

    /// <summary>Links that were up and are not any more, to nodes that are still members: since when.</summary>
    private readonly SortedDictionary<string, long> _lost = new(StringComparer.Ordinal);

    private void OnView(MembershipView view)
    {
        if (view.Number < _view.Number || _me is null)
            return;

        var isNewer = view.Number > _view.Number;
        _view = view;
        if (!isNewer)
            return;

        if (view.Members.All(member => member.Self != Me))
        {
            if (!_isLeaving)
                Die("it is not in the table of nodes any more");

            return;
        }

        foreach (var member in view.Members)
        {
            var peer = $"{member.Self}";
            if (member.Self != Me && !_links.ContainsKey(peer))
                _links.Add(peer, (member.Self, _options.StartLink(Me, member, string.CompareOrdinal(Me.Node, member.Self.Node) < 0, Self)));
        }

        foreach (var (peer, link) in _links.Where(pair => view.Members.All(member => $"{member.Self}" != pair.Key)).ToArray())
        {
            Context.System.Stop(link.Actor);
            _links.Remove(peer);
            OnDown(peer);
            _lost.Remove(peer);
            _options.LinkStopped(link.Other);
        }

        CountUnlinked();
        TakeWhatIsMine();
    }

    private void OnLink(LinkReport report)
    {
        switch (report)
        {
            case LinkReport.Up up when _links.ContainsKey(up.Peer):
                OnUp(up);
                break;
            case LinkReport.Down down when _links.ContainsKey(down.Peer):
                OnDown(down.Peer);
                if (down.IsRefused && MemberOf(down.Peer) is { } gone)
                    _options.Members.DeclareDead(gone.Self, Me, isCertain: true, null, Self);

                break;
        }
    }

    private void OnUp(LinkReport.Up up)
    {
        _lost.Remove(up.Peer);
        _up[up.Peer] = new SortedDictionary<string, IActorRef<object>>(up.Names.Zip(up.Actors).ToDictionary(pair => pair.First, pair => pair.Second), StringComparer.Ordinal);
        _options.Others.Value = _options.Others.Value.With(up.Peer, up.Names, up.Actors);
        CountUnlinked();
        TellPeer(up.Peer, new ClusterTalk.Owns(Me, [.. _held.Values.Select(held => new OwnedShard(held.Fence.Shard, held.Fence.Epoch))]));
        TellWhereIsWhatHas(up.Peer);
    }

    private void OnDown(string peer)
    {
        if (!_up.Remove(peer))
            return;

        _lost[peer] = Context.Time.GetTimestamp();
        _options.Others.Value = _options.Others.Value.Without(peer);
        CountUnlinked();
        TellWhereIsWhatHas(peer);
        OnPeerLost(peer);
    }

    private void CountUnlinked() => _options.Others.Unlinked = _links.Count - _up.Count;

    /// <summary>A sign of life that does not count any more is enough for anybody to say so; the database looks itself.</summary>
    private void DeclareSilent()
    {
        foreach (var member in _view.Members)
        {
            if (member.Self != Me && member.Remaining <= TimeSpan.Zero)
                _options.Members.DeclareDead(member.Self, Me, isCertain: false, null, Self);
        }
    }

    /// <summary>
    /// Nodes that the table says are alive and that cannot be reached are cut off from this one, while both reach the database. What clients ask of them here would be refused for as long as that lasts, so one side goes: its
    /// clients find another node, and its shards an owner that can be reached.
    /// </summary>
    /// <remarks>Only links that were up count: a node that begins where it is cut off does not end again and again. And only while the table is read: without it nobody can be declared dead, and what is dead looks cut off.</remarks>
    private void GoIfCutOff()
    {
        var now = Context.Time.GetTimestamp();
        if (_lost.Count == 0 || _isLeaving || Context.Time.GetElapsedTime(_seenAt, now) > _options.Lease / 3)
            return;

        // Signs of life come every sixth of the lease: who gave none for half of it stands still, or is gone, and is not cut off.
        var others = _view.Members.Where(member => member.Self != Me && member.Remaining > _options.Lease / 2).ToList();
        var lost = LostFor(_options.Lease);
        if (IsLesserSide(others, lost) || HasLostMostEdges(others, lost))
        {
            LeaveAndDie($"it does not reach {string.Join(", ", lost.Select(member => member.Self.Node))} any more, who are alive, and goes rather than they");
            return;
        }

        // Of an edge and a core it is the edge, as soon as a core that all have lost would be gone: whoever is connected here resumes at another edge.
        var cores = LostFor(_options.Lease * 1.5).FindAll(IsCore);
        if (cores.Count > 0 && !_options.Announcement.Roles.Contains(ClusterOptions.CoreRole) && others.Exists(member => !IsCore(member)))
            LeaveAndDie($"it does not reach {string.Join(", ", cores.Select(member => member.Self.Node))} any more, which is alive; clients find other edges");

        List<ClusterMember> LostFor(TimeSpan time) =>
            others.FindAll(member => _lost.TryGetValue($"{member.Self}", out var since) && Context.Time.GetElapsedTime(since, now) > time);
    }

    /// <summary>The others see it go at once, and do not go themselves because of it.</summary>
    private void LeaveAndDie(string why)
    {
        Leave();
        Die(why);
    }

    /// <summary>The greater side stays; of two that are as great, the one with the first name.</summary>
    private bool IsLesserSide(List<ClusterMember> others, List<ClusterMember> lost)
    {
        var here = 1 + others.Count - lost.Count;
        return here < lost.Count || (here == lost.Count && string.CompareOrdinal(
            lost.Select(member => member.Self.Node).Min(StringComparer.Ordinal), others.Except(lost).Select(member => member.Self.Node).Append(Me.Node).Min(StringComparer.Ordinal)) < 0);
    }

    /// <summary>A core that most edges have lost, or they would go one after the other.</summary>
    private bool HasLostMostEdges(List<ClusterMember> others, List<ClusterMember> lost) =>
        _options.Announcement.Roles.Contains(ClusterOptions.CoreRole) && lost.Count(member => !IsCore(member)) is > 1 and var edges && edges * 2 > others.Count(member => !IsCore(member));

    private static bool IsCore(ClusterMember member) => member.Roles.Contains(ClusterOptions.CoreRole);

    private ClusterMember? MemberOf(string peer) => _view.Members.FirstOrDefault(member => $"{member.Self}" == peer);

    private void TellPeer(string peer, ClusterTalk talk)
    {
        if (_up.TryGetValue(peer, out var actors) && actors.TryGetValue(ClusterOptions.WellKnownName, out var cluster))
            cluster.Tell(talk);
    }
}
