using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>The other nodes: links to them, what they are called there, and who is dead.</summary>
public sealed partial class ClusterActor
{
    private readonly SortedDictionary<string, IActorRef<object>> _links = new(StringComparer.Ordinal);

    /// <summary>By node: its well-known actors by name, while the link is up.</summary>
    private readonly SortedDictionary<string, SortedDictionary<string, IActorRef<object>>> _up = new(StringComparer.Ordinal);

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
                _links.Add(peer, _options.StartLink(Me, member, string.CompareOrdinal(Me.Node, member.Self.Node) < 0, Self));
        }

        foreach (var (peer, link) in _links.Where(pair => view.Members.All(member => $"{member.Self}" != pair.Key)).ToArray())
        {
            Context.System.Stop(link);
            _links.Remove(peer);
            OnDown(peer);
        }

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
        _up[up.Peer] = new SortedDictionary<string, IActorRef<object>>(up.Names.Zip(up.Actors).ToDictionary(pair => pair.First, pair => pair.Second), StringComparer.Ordinal);
        _options.Others.Value = _options.Others.Value.With(up.Peer, up.Names, up.Actors);
        TellPeer(up.Peer, new ClusterTalk.Owns(Me, [.. _held.Values.Select(held => new OwnedShard(held.Fence.Shard, held.Fence.Epoch))]));
        TellWhereIsWhatHas(up.Peer);
    }

    private void OnDown(string peer)
    {
        if (!_up.Remove(peer))
            return;

        _options.Others.Value = _options.Others.Value.Without(peer);
        TellWhereIsWhatHas(peer);
        OnPeerLost(peer);
    }

    /// <summary>A sign of life that does not count any more is enough for anybody to say so; the database looks itself.</summary>
    private void DeclareSilent()
    {
        foreach (var member in _view.Members)
        {
            if (member.Self != Me && member.Remaining <= TimeSpan.Zero)
                _options.Members.DeclareDead(member.Self, Me, isCertain: false, null, Self);
        }
    }

    private ClusterMember? MemberOf(string peer) => _view.Members.FirstOrDefault(member => $"{member.Self}" == peer);

    private void TellPeer(string peer, ClusterTalk talk)
    {
        if (_up.TryGetValue(peer, out var actors) && actors.TryGetValue(ClusterOptions.WellKnownName, out var cluster))
            cluster.Tell(talk);
    }

    private void Answer(ClusterQuestion question) => question.ReplyTo.Tell(new ClusterStanding(
        _me, _view, [.. _up.Keys], [.. _owners.Select(owner => owner is null ? ((string, long)?)null : (owner.Node.Node, owner.Epoch))]));
}
