using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>
/// What an edge shows of a channel: who is there, since when, and who was there a moment ago. So whoever has fallen behind is told the difference between what he saw and what is, however much lies between,
/// and nothing is kept for him.
/// </summary>
internal sealed class PresenceView
{
    private const int DeparturesMax = 1_000;

    private readonly SortedDictionary<string, Shown> _members = new(StringComparer.Ordinal);
    private readonly Queue<Departure> _departures = new();

    /// <summary>Who saw less than this is shown everybody.</summary>
    private long _floor;

    /// <summary>Grows with each change.</summary>
    internal long Version { get; private set; } = 1;

    internal long Count { get; private set; }

    /// <summary>Whether it is known who, and not only how many.</summary>
    internal bool IsListed { get; private set; }

    internal IEnumerable<Member> Members => _members.Values.Select(shown => shown.Member);

    internal bool Contains(string session) => _members.ContainsKey(session);

    /// <summary>It is like this, whatever was known: null: it is not known who.</summary>
    internal void Begin(IReadOnlyList<Member>? members, long count)
    {
        if (members is null)
        {
            if (IsListed || Count != count)
                Version++;

            BeginList(isListed: false);
        }
        else
        {
            if (!IsListed)
            {
                Version++;
                BeginList(isListed: true);
            }

            Apply(DifferenceTo(members), count);
        }

        Count = count;
    }

    /// <summary>This has changed. What is known already is no change.</summary>
    internal void Apply(PresenceNews news)
    {
        if (news.Changes is { } changes && IsListed)
            Apply(changes, news.Count);
        else
            Begin(news.Everybody, news.Count);
    }

    /// <summary>What one who saw this version (null: nothing yet) is to be told; null: nothing.</summary>
    internal ServerFrame.PresenceDiff? Since(string channel, long? seen)
    {
        if (!IsListed)
            return Number(channel);

        if (seen is not { } version || version < _floor)
            return new ServerFrame.PresenceDiff(channel, [.. Members], [], [], Count) { Kind = PresenceKind.Full };

        List<Member> joined = [], left = [], updated = [];
        foreach (var shown in _members.Values)
        {
            if (shown.JoinedAt > version)
                joined.Add(shown.Member);
            else if (shown.ChangedAt > version)
                updated.Add(shown.Member);
        }

        foreach (var departure in _departures)
        {
            // Who was not there yet when he looked needs not be told of; who is there again is told as one who joined.
            if (departure.LeftAt > version && departure.JoinedAt <= version && !_members.ContainsKey(departure.Member.Session))
                left.Add(departure.Member);
        }

        return joined.Count + left.Count + updated.Count == 0 ? null : new ServerFrame.PresenceDiff(channel, joined, left, updated, Count);
    }

    /// <summary>The number alone.</summary>
    internal ServerFrame.PresenceDiff Number(string channel) => new(channel, [], [], [], Count) { Kind = PresenceKind.Count };

    private void Apply(PresenceChanges changes, long count)
    {
        var next = Version + 1;
        var isChanged = count != Count;
        foreach (var left in changes.Left)
        {
            if (!_members.Remove(left.Session, out var shown))
                continue;

            isChanged = true;
            Depart(new Departure(left with { State = default }, shown.JoinedAt, next));
        }

        foreach (var member in changes.Joined.Concat(changes.Updated))
        {
            if (_members.TryGetValue(member.Session, out var shown) && MemberBytes.AreAlike(shown.Member, member))
                continue;

            isChanged = true;
            _members[member.Session] = new Shown(member, shown?.JoinedAt ?? next, next);
        }

        Count = count;
        if (isChanged)
            Version = next;
    }

    private PresenceChanges DifferenceTo(IReadOnlyList<Member> members)
    {
        var sessions = members.Select(member => member.Session).ToHashSet(StringComparer.Ordinal);
        return new PresenceChanges(members, [.. Members.Where(member => !sessions.Contains(member.Session))], []);
    }

    private void BeginList(bool isListed)
    {
        IsListed = isListed;
        _members.Clear();
        _departures.Clear();
        _floor = Version;
    }

    private void Depart(Departure departure)
    {
        _departures.Enqueue(departure);
        if (_departures.Count > DeparturesMax)
            _floor = _departures.Dequeue().LeftAt;
    }

    /// <summary>Somebody who is there.</summary>
    private sealed record Shown(Member Member, long JoinedAt, long ChangedAt);

    /// <summary>Somebody who was.</summary>
    private sealed record Departure(Member Member, long JoinedAt, long LeftAt);
}
