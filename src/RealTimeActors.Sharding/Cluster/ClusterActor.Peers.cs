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

    /// <summary>By node: the shards that it has said are its own while the link is up, and under which epoch. The table of leases says so, too; but who hands a shard over just when a link comes up says nothing of it:
    /// what it were sent then it would have to pass on.</summary>
    private readonly SortedDictionary<string, SortedDictionary<int, long>> _said = new(StringComparer.Ordinal);

    /// <summary>Links that were up and are not any more, to nodes that are still members.</summary>
    private readonly SortedDictionary<string, LostLink> _lost = new(StringComparer.Ordinal);

    /// <summary>When <see cref="_view"/> came.</summary>
    private long _viewAt;

    /// <summary>When the table could be read again after it could not for a while; null: it always could.</summary>
    private long? _readAgainAt;

    /// <summary>When the last sign of life was given that the table has taken.</summary>
    private long _beatenAt;

    /// <summary>The time between two looks at the table, and two signs of life, while a link is lost.</summary>
    private TimeSpan Look => _options.Lease / 15;

    private void OnView(MembershipView view)
    {
        if (view.Number < _view.Number || _me is null)
            return;

        var isNewer = view.Number > _view.Number;
        var now = Context.Time.GetTimestamp();
        if (_view.Number > 0 && Context.Time.GetElapsedTime(_viewAt, now) > _options.Lease / 2)
            _readAgainAt = now;

        (_view, _viewAt) = (view, now);
        if (!isNewer)
        {
            AwaitSilence();
            return;
        }

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
            AwaitFormer();
            link.Actor.Tell(LinkFarewell.Instance);
            _links.Remove(peer);
            _whyNotLinkedWith.Remove(peer);
            OnDown(peer);
            Found(peer);
            _options.LinkStopped(link.Other);
        }

        CountUnlinked();
        AwaitSilence();
        LookWhetherTheyHaveGone();
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
                _whyNotLinked = _whyNotLinkedWith[down.Peer] = down.Reason;
                OnDown(down.Peer);
                if (down.IsRefused && MemberOf(down.Peer) is { } gone)
                    _options.Members.DeclareDead(gone.Self, Me, isCertain: true, null, Self);

                break;
            case LinkReport.NoMember no when _links.ContainsKey(no.Peer) && !_isLeaving:
                // The views of all are one sequence: who has seen it go has seen what this node could not read.
                Die($"{no.Peer} does not find it in the table of nodes any more");
                break;
        }
    }

    private void OnUp(LinkReport.Up up)
    {
        Found(up.Peer);
        _whyNotLinkedWith.Remove(up.Peer);
        _up[up.Peer] = new SortedDictionary<string, IActorRef<object>>(up.Names.Zip(up.Actors).ToDictionary(pair => pair.First, pair => pair.Second), StringComparer.Ordinal);
        _options.Others.Value = _options.Others.Value.With(up.Peer, up.Names, up.Actors);
        _said[up.Peer] = [];
        CountUnlinked();
        LookForCore();
        LookWhetherItIsLetInBy(up.Peer);
        TellPeer(up.Peer, new ClusterTalk.Owns(Me, [.. _held.Values.Select(held => new OwnedShard(held.Fence.Shard, held.Fence.Epoch)).Where(held => held != _move?.Shard)]));
        if (_options.ClientAddress is { } address)
            TellPeer(up.Peer, new ClusterTalk.ReachedAt(Me, address));

        TellWhereIsWhatHas(up.Peer);
    }

    private void OnDown(string peer)
    {
        if (!_up.Remove(peer))
            return;

        _said.Remove(peer);
        _reachedAt.Remove(peer);
        _lost[peer] = new LostLink(Context.Time.GetTimestamp());

        // Whether the other one is alive all the same is wanted soon: both look, and give signs of life, more often.
        if (_lost.Count == 1)
            Context.StartPeriodicTimer(_look, Look, _look);

        _options.Others.Value = _options.Others.Value.Without(peer);
        CountUnlinked();
        TellWhereIsWhatHas(peer);
        OnPeerLost(peer);
    }

    private void CountUnlinked()
    {
        _options.Others.Unlinked = _links.Count - _up.Count;
        _options.Figures.Members = _view.Members.Count;
        _options.Figures.Linked = _up.Count;
    }

    /// <summary>Who is no member any more may not know it yet, and has clients until it does: it finds it at its next look at the table or on a link, or goes when it has reached nobody for a lease.</summary>
    private void AwaitFormer() => _options.Others.FormerEndedAt = Context.Time.GetTimestamp() + (long)(_options.Lease.TotalSeconds * Context.Time.TimestampFrequency);

    /// <summary>It is linked again, or no member any more.</summary>
    private void Found(string peer)
    {
        if (_lost.Remove(peer) && _lost.Count == 0)
            Context.CancelTimer(_look);
    }

    /// <summary>The moment at which the next sign of life ceases to count, if no other comes before, is not left to the next look at the table.</summary>
    private void AwaitSilence()
    {
        var remaining = _view.Members.Where(member => member.Self != Me && member.Remaining > TimeSpan.Zero).Select(member => member.Remaining).DefaultIfEmpty(_options.Lease).Min();
        Context.StartTimer(_silentDue, remaining + _clockStep, _silentDue);
    }

    /// <summary>A sign of life that does not count any more is enough for anybody to say so; the database looks itself.</summary>
    /// <remarks>Only while the table is read: where the database was away everybody has been silent, and is given the time to speak.</remarks>
    private void DeclareSilent()
    {
        // Some need longer than others to find the way back; who is gone for good is mostly found so by its system's refusal.
        if (_readAgainAt is { } again && Context.Time.GetElapsedTime(again) < _options.Lease)
            return;

        var passed = Context.Time.GetElapsedTime(_viewAt);
        foreach (var member in _view.Members)
        {
            if (member.Self != Me && (member.Remaining <= TimeSpan.Zero || (passed < _options.Lease / 4 && member.Remaining <= passed)))
                _options.Members.DeclareDead(member.Self, Me, isCertain: false, null, Self);
        }
    }

    /// <summary>Who gave a sign of life after the link with it was lost is alive, and cut off from this node.</summary>
    /// <param name="view">What the table says.</param>
    /// <param name="askedAt">Before that, by this node's clock: what it says is at least as new.</param>
    private void OnSignsOfLife(MembershipView view, long askedAt)
    {
        foreach (var member in view.Members)
        {
            if (!_lost.TryGetValue($"{member.Self}", out var lost))
                continue;

            // How long ago one of a node that takes no part yet was given cannot be seen.
            if (member.Remaining > _options.Lease)
                continue;

            var ago = _options.Lease - member.Remaining;
            lost.OnSignOfLife(Context.Time.GetElapsedTime(lost.Since, askedAt) - (ago > TimeSpan.Zero ? ago : TimeSpan.Zero));
        }

        GoIfCutOff();
    }

    /// <summary>
    /// Nodes that the table says are alive and that cannot be reached are cut off from this one, while both reach the database. What clients ask of them here would be refused for as long as that lasts, so one side goes: its
    /// clients find another node, and its shards an owner that can be reached.
    /// </summary>
    /// <remarks>Only links that were up count: a node that begins where it is cut off does not end again and again. And only signs of life that came since: without the table nobody is held for alive. The less is lost when
    /// somebody goes, the sooner he does, so that who need not go sees it first.</remarks>
    private void GoIfCutOff()
    {
        if (_lost.Count == 0 || _isDead || _isLeaving)
            return;

        var others = _view.Members.Where(member => member.Self != Me && member.Remaining > _options.Lease / 2 && member.Remaining <= _options.Lease).ToList();
        var lost = ApartFor(looks: 3);
        if (IsLesserSide(others, lost) || HasLostMostEdges(others, lost))
        {
            LeaveAndDie($"it does not reach {NamesOf(lost)} any more, who are alive, and goes rather than they");
            return;
        }

        // Of an edge and a core it is the edge, if there is another: whoever is connected here resumes there.
        var apart = ApartFor(looks: 6);
        var cores = apart.FindAll(IsCore);
        if (!IsCoreHere)
        {
            if (cores.Count > 0 && others.Exists(member => IsEdge(member) && !lost.Contains(member)))
                LeaveAndDie($"it does not reach {NamesOf(cores)} any more, which is alive; clients find other edges");

            return;
        }

        // Of two cores it is the one that has lost others, too; else the one with the later name.
        var several = ApartFor(looks: 5).FindAll(IsCore);
        if (several.Count > 1 || cores.Exists(core => string.CompareOrdinal(core.Self.Node, Me.Node) < 0))
            LeaveAndDie($"it does not reach {NamesOf(several)} any more, which is alive; others have its shards and clients");
        else if (HasLostAllEdges(others, apart))
            LeaveAndDie($"it does not reach {NamesOf(apart)} any more, and no other edge is there; another core has its shards");

        // Half a look less: a timer is never quite on time.
        List<ClusterMember> ApartFor(int looks) =>
            others.FindAll(member => _lost.TryGetValue($"{member.Self}", out var link) && link.ApartFor > Look * (looks - 0.5));
    }

    /// <summary>
    /// Who for a whole lease gave no sign of life that the table took is dead for the others. Where not one of them is linked any more nobody says so: clients that are connected here would be refused for as long as that
    /// lasts.
    /// </summary>
    /// <remarks>While the database is away for everybody the links are up, and nobody goes. A link that broke just now has the time to be made anew.</remarks>
    private void GoIfAlone()
    {
        if (_isDead || _isLeaving || _up.Count > 0 || _lost.Count == 0 || Context.Time.GetElapsedTime(_beatenAt) <= _options.Lease)
            return;

        if (_lost.Values.All(lost => Context.Time.GetElapsedTime(lost.Since) > _options.Lease / 3))
            Die("for a whole lease it has reached neither the database nor another node; clients find others");
    }

    private static string NamesOf(List<ClusterMember> members) => string.Join(", ", members.Select(member => member.Self.Node));

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
        IsCoreHere && lost.Count(member => !IsCore(member)) is > 1 and var edges && edges * 2 > others.Count(member => !IsCore(member));

    /// <summary>As where the only edge is cut off from it: that one has nowhere to send its clients.</summary>
    private bool HasLostAllEdges(List<ClusterMember> others, List<ClusterMember> lost) =>
        lost.Exists(IsEdge) && !others.Exists(member => IsEdge(member) && !lost.Contains(member)) && !_options.Announcement.Roles.Contains(ClusterOptions.EdgeRole)
        && others.Exists(member => IsCore(member) && !lost.Contains(member));

    private bool IsCoreHere => _options.Announcement.Roles.Contains(ClusterOptions.CoreRole);

    private static bool IsCore(ClusterMember member) => member.Roles.Contains(ClusterOptions.CoreRole);

    private static bool IsEdge(ClusterMember member) => member.Roles.Contains(ClusterOptions.EdgeRole);

    private ClusterMember? MemberOf(string peer) => _view.Members.FirstOrDefault(member => $"{member.Self}" == peer);

    private void TellPeer(string peer, ClusterTalk talk)
    {
        if (_up.TryGetValue(peer, out var actors) && actors.TryGetValue(ClusterOptions.WellKnownName, out var cluster))
            cluster.Tell(talk);
    }
}
