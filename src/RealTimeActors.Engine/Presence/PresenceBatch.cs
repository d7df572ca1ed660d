using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Presence;

/// <summary>
/// What has happened since edges were told last: of everybody to whom something happened, how he was known then. What he is now is looked at when it is told, so that a hundred changes are one, and who
/// came and went was never there.
/// </summary>
internal sealed class PresenceBatch
{
    private readonly SortedDictionary<string, Member?> _before = new(StringComparer.Ordinal);

    internal bool IsEmpty => _before.Count == 0;

    /// <summary>Something happens to a session that is known so (null: not there); only the first counts.</summary>
    internal void Note(string session, Member? before) => _before.TryAdd(session, before);

    internal void Clear() => _before.Clear();

    /// <summary>How a session was known when edges were told last.</summary>
    internal bool TryGetBefore(string session, out Member? before) => _before.TryGetValue(session, out before);

    /// <summary>Those who were known then and are not there now.</summary>
    internal IEnumerable<Member> Missing(Func<string, Member?> now) => _before.Values.OfType<Member>().Where(before => now(before.Session) is null);

    /// <summary>What became of it all, and begins anew.</summary>
    internal PresenceChanges Take(Func<string, Member?> now)
    {
        List<Member> joined = [], left = [], updated = [];
        foreach (var (session, before) in _before)
        {
            var present = now(session);
            if (before is null && present is not null)
                joined.Add(present);
            else if (before is not null && present is null)
                left.Add(before with { State = default });
            else if (before is not null && present is not null && !MemberBytes.AreAlike(before, present))
                updated.Add(present);
        }

        _before.Clear();
        return new PresenceChanges(joined, left, updated);
    }
}
