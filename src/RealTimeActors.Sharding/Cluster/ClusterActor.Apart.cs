using RealTimeActors.Persistence.Membership;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>
/// A node that joins where others are already, and that none of them lets in: it knows another secret, has a certificate of another authority or messages of another shape, or there is no way. What it took
/// nobody could reach, so it takes nothing, and says in the table that it does not. When one of those who take part is linked, or none of them is left, it takes its share.
/// </summary>
/// <remarks>Links that were up once are another matter (<c>GoIfCutOff</c>): whoever has been let in is not put out by this. Nodes that are new and linked among themselves only wait as well, however many they are: those of a
/// version that the present ones do not understand are started beside them, and take over when the last of those has gone.</remarks>
public sealed partial class ClusterActor
{
    /// <summary>When this life was announced, as long as it is not certain that the others let it in; null: they do, or there were none.</summary>
    private long? _newSince;
    private bool _isApart;

    /// <summary>Why nobody counts on it: it is not let in, or has not joined; null: it is a part of the cluster.</summary>
    private string? _outside = "";
    private bool _isOutsideTrouble;
    private (string? Why, bool IsTrouble) _told = ("", false);
    private long? _nameTakenSince;

    /// <summary>Why the last attempt to be linked with a node came to nothing, by node.</summary>
    private readonly SortedDictionary<string, string> _whyNotLinkedWith = new(StringComparer.Ordinal);
    private string _whyNotLinked = "what was refused stands in this log and in theirs";

    private void BeginAmongOthers(MembershipView view)
    {
        if (Settled(view).Count == 0)
        {
            TakePart();
            return;
        }

        _newSince = Context.Time.GetTimestamp();
        Wait($"it has no link with any of the other nodes yet ({NamesOf(Settled(view))})", isTrouble: false);
    }

    private void OnNameTaken(MembershipReply.NameTaken taken)
    {
        // A former life of this node that was killed has the name until its sign of life does not count any more; who has it still when that is over is alive.
        _nameTakenSince ??= Context.Time.GetTimestamp();
        Wait($"another node has its name, {_options.Announcement.Node}: it joins when that one has ended; where both are wanted, give one of them another name (realtime.cluster.node)",
            isTrouble: Context.Time.GetElapsedTime(_nameTakenSince.Value) > _options.Lease * ClusterOptions.StartingLeases);

        Context.StartTimer(_announce, Min(taken.Remaining, _options.Lease) + TimeSpan.FromMilliseconds(10), _announce);
    }

    private void LookWhetherTheyHaveGone()
    {
        if (_newSince is null || Settled(_view).Count > 0)
            return;

        _newSince = null;
        BeLetIn();
    }

    /// <summary>Who is new himself may be one that nobody else lets in, either.</summary>
    private void LookWhetherItIsLetInBy(string peer)
    {
        if (!_isApart && (_newSince is null || Settled(_view).Exists(member => $"{member.Self}" == peer)))
            TakePart();
    }

    /// <summary>So long after its announcement everybody who can be linked is, and has said in the table whether it takes part itself.</summary>
    private void LookWhetherLetIn()
    {
        if (_newSince is not { } since || _isLeaving || Context.Time.GetElapsedTime(since) <= _options.Lease)
            return;

        var settled = Settled(_view);
        var isLetIn = settled.Count == 0 || settled.Exists(member => _up.ContainsKey($"{member.Self}") || _lost.ContainsKey($"{member.Self}"));

        // Who ended just before this one came goes out of the table at about this moment: it is not he who refuses.
        var passed = Context.Time.GetElapsedTime(_viewAt);
        if (isLetIn)
            BeLetIn();
        else if (!_isApart && settled.Exists(member => member.Remaining > passed))
            GoApart(settled);

        // Another new node may have found out a moment later than this one that it is apart.
        if (isLetIn && Context.Time.GetElapsedTime(since) > _options.Lease * 2)
            _newSince = null;
    }

    private void GoApart(List<ClusterMember> settled)
    {
        _isApart = true;
        GiveAllBack();
        Wait($"none of the other nodes lets it in ({NamesOf(settled)}), and it takes neither shards nor clients until one does, or they have gone: {_whyNotLinked}", isTrouble: true);
        Beat();
    }

    private void BeLetIn()
    {
        if (_isApart)
        {
            _isApart = false;
            Beat();
        }

        TakePart();
    }

    private void Wait(string why, bool isTrouble)
    {
        (_outside, _isOutsideTrouble) = (why, isTrouble);
        TellWhetherItTakesPart();
    }

    private void TakePart()
    {
        _outside = null;
        TellWhetherItTakesPart();
    }

    private void TellWhetherItTakesPart()
    {
        var tells = _outside is not null ? (_outside, _isOutsideTrouble) : (_withoutCore, _isTroubleWithoutCore);
        if (tells == _told)
            return;

        _told = tells;
        _options.Figures.Waits = _told.Why is not null;
        _options.Waits(_told.Why, _told.IsTrouble);
    }

    /// <summary>Why a member takes no part although nobody wants it to, as far as this node knows; null: it does, or was drained.</summary>
    private string? WhyApart(ClusterMember member) =>
        member.Self == Me ? _isApart || (!_isDraining && (IsStartingEdge || _withoutCore is not null)) ? _told.Why : null
        : member.Load >= ClusterOptions.ApartLoad ? $"none of the nodes that were there before lets it in; why stands in its log and at its /readyz, and in {(_whyNotLinkedWith.TryGetValue($"{member.Self}", out var reason) ? $"the log of {Me.Node}: {reason}" : "their logs")}"
        : member.Load is >= ClusterOptions.StartingLoad and < ClusterOptions.DrainingLoad ? "it starts, and none of the nodes that were there before has let it in yet"
        : member.Load is >= ClusterOptions.WithoutCoreLoad and < ClusterOptions.StartingLoad ? "it reaches no core, and takes no new clients until it does"
        : null;

    /// <summary>
    /// Those who were there before and take part: neither drained nor apart themselves. Who came later proves nothing: of two that are both new each would take the other for one of them. Nor does an edge that was never let
    /// in: one that ended at its start stands in the table for three leases, and would keep out whoever comes after it.
    /// </summary>
    private List<ClusterMember> Settled(MembershipView view) => [.. view.Members.Where(member => member.Self.Number < Me.Number && member.Load < ClusterOptions.StartingLoad)];
}
