using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>Who is in a channel, who has the grace time to come back, and what edges were told of it: the rules, without time or messages of their own.</summary>
internal sealed class PresenceState(PresenceOptions options, PlantedBug bug = PlantedBug.None)
{
    private readonly Dictionary<string, PresentMember> _members = new(StringComparer.Ordinal);

    /// <summary>Their ids in order, so that a page costs the page.</summary>
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Whose grace time ends when. One who came back, and is lost again, stands in it twice; only the later moment is his.</summary>
    private readonly Queue<(string Session, long UntilMs)> _lost = new();

    private readonly PresenceBatch _batch = new();
    private long _toldCount;
    private bool _wasListed = true;

    internal long Count => _members.Count;

    /// <summary>Whether edges are told who, and not only how many.</summary>
    internal bool IsListed { get; private set; } = true;

    /// <summary>Whether there is something that they were not told.</summary>
    internal bool HasNews => IsListed ? !_batch.IsEmpty || !_wasListed : _wasListed || _toldCount != Count || Count <= options.ListedAgainMax;

    /// <summary>When the next grace time ends; null: there is none.</summary>
    internal long? NextLossMs => _lost.TryPeek(out var first) ? first.UntilMs : null;

    internal SetOutcome Set(Member member, PresenceHolder holder)
    {
        if (!_members.TryGetValue(member.Session, out var present))
            return Add(new PresentMember(member, holder));

        if (present is { LostUntilMs: null, Holder: { } former } && former.ConnectionId != holder.ConnectionId)
            present.Former = (present.Member, former);

        Give(present, member, holder);
        return SetOutcome.Taken;
    }

    /// <summary>Somebody of whom it is only known that he was there.</summary>
    internal void Remember(Member member, long untilMs)
    {
        if (_members.ContainsKey(member.Session) || Add(new PresentMember(member, null) { LostUntilMs = untilMs }) == SetOutcome.Full)
            return;

        _lost.Enqueue((member.Session, untilMs));
    }

    /// <summary>The connection says that he goes; or, where his connection is lost, another one of his session does.</summary>
    internal void Leave(string session, string connectionId)
    {
        if (_members.TryGetValue(session, out var present) && (present.LostUntilMs is not null || present.Holder?.ConnectionId == connectionId))
            Remove(session, present);
    }

    /// <summary>His connection is lost, unless another one has him: one that was heard after it, or before it and is not lost.</summary>
    internal void Lose(string session, string connectionId, long untilMs)
    {
        if (_members.TryGetValue(session, out var present))
            Lose(session, present, holder => holder.ConnectionId == connectionId, untilMs);
    }

    /// <summary>All connections of an edge are lost.</summary>
    internal void LoseAll(IActorRef edge, long untilMs)
    {
        foreach (var session in _ids)
            Lose(session, _members[session], holder => ReferenceEquals(holder.Edge, edge), untilMs);
    }

    /// <summary>Those whose grace time is over are gone.</summary>
    internal void Expire(long nowMs)
    {
        while (_lost.TryPeek(out var first) && first.UntilMs <= nowMs)
        {
            _lost.Dequeue();
            if (_members.TryGetValue(first.Session, out var present) && present.LostUntilMs == first.UntilMs)
                Remove(first.Session, present);
        }
    }

    /// <summary>Members in the order of their sessions, behind one of them.</summary>
    internal (IReadOnlyList<Member> Members, string? NextKey) Page(string? afterKey, int limit, int bytesMax)
    {
        var page = new List<Member>();
        var bytes = 0;
        foreach (var id in IdsFrom(afterKey))
        {
            if (id == afterKey)
                continue;

            var member = _members[id].Member;
            bytes += MemberBytes.Of(member);
            if (page.Count == limit || (page.Count > 0 && bytes > bytesMax))
                return (page, page[^1].Session);

            page.Add(member);
        }

        return (page, null);
    }

    /// <summary>What edges were told, as a whole: null where they are not told who.</summary>
    internal (IReadOnlyList<Member>? Members, long Count) Told()
    {
        if (!_wasListed || !IsListed)
            return (null, _toldCount);

        var told = new List<Member>();
        foreach (var id in _ids)
        {
            var member = _batch.TryGetBefore(id, out var before) ? before : _members[id].Member;
            if (member is not null)
                told.Add(member);
        }

        told.AddRange(_batch.Missing(Now));
        return (told, told.Count);
    }

    /// <summary>What is new to be told; null: nothing. From here on it is told.</summary>
    internal PresenceNews? Take()
    {
        // Also where nobody has heard yet that they were too many: what happened meanwhile was not noted.
        var areListedAgain = !IsListed && Count <= options.ListedAgainMax;
        IsListed |= areListedAgain;
        var (wasListed, wasCount) = (_wasListed, _toldCount);
        _wasListed = IsListed;
        _toldCount = Count;
        if (!IsListed)
            return wasListed || wasCount != Count ? new PresenceNews(Count, null, null) : null;

        if (areListedAgain)
            return new PresenceNews(Count, null, [.. _ids.Select(id => _members[id].Member)]);

        var changes = _batch.Take(Now);
        return changes.IsEmpty ? null : new PresenceNews(Count, changes, null);
    }

    private SortedSet<string> IdsFrom(string? key)
    {
        if (key is null)
            return _ids;

        return string.CompareOrdinal(key, _ids.Max) <= 0 ? _ids.GetViewBetween(key, _ids.Max!) : [];
    }

    private Member? Now(string session) => _members.GetValueOrDefault(session)?.Member;

    private SetOutcome Add(PresentMember present)
    {
        if (_members.Count >= options.MembersMax)
            return SetOutcome.Full;

        var session = present.Member.Session;
        _members.Add(session, present);
        _ids.Add(session);
        Note(session, null);
        return SetOutcome.Taken;
    }

    private void Give(PresentMember present, Member member, PresenceHolder holder)
    {
        if (!MemberBytes.AreAlike(present.Member, member))
        {
            Note(member.Session, present.Member);
            present.Member = member;
        }

        present.Holder = holder;
        present.LostUntilMs = null;
    }

    private void Lose(string session, PresentMember present, Predicate<PresenceHolder> isLost, long untilMs)
    {
        if (present.Former is { } former && isLost(former.Holder))
            present.Former = null;

        if (present.Holder is not { } holder || !isLost(holder) || present.LostUntilMs is not null)
            return;

        if (present.Former is { } still)
        {
            present.Former = null;
            Give(present, still.Member, still.Holder);
            return;
        }

        present.LostUntilMs = untilMs;
        _lost.Enqueue((session, untilMs));
    }

    private void Remove(string session, PresentMember present)
    {
        _members.Remove(session);
        _ids.Remove(session);
        if (bug != PlantedBug.PresenceForgetsLeave)
            Note(session, present.Member);
    }

    private void Note(string session, Member? before)
    {
        // With more than are listed it is only counted, from now on and until it is told that there are few enough again.
        if (Count > options.ListedMax)
        {
            IsListed = false;
            _batch.Clear();
        }

        if (IsListed)
            _batch.Note(session, before);
    }
}
