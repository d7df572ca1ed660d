namespace RealTimeActors.Engine.Access;

/// <summary>Whose tokens are not taken any more, and how each event moves that. No clock: time comes with the events and the questions.</summary>
internal sealed class Revocations
{
    private const int PruneAtLeast = 1_000;

    private readonly SortedDictionary<string, RevocationEvent.Revoked> _byUser = new(StringComparer.Ordinal);
    private int _pruneAt = PruneAtLeast;
    private long _newestUnixMs;

    /// <summary>Users who are remembered.</summary>
    internal int Count => _byUser.Count;

    /// <summary>Those that still say something.</summary>
    internal IEnumerable<RevocationEvent.Revoked> All => _byUser.Values.Where(revoked => revoked.UntilUnixMs > _newestUnixMs);

    /// <summary>Moves the state by one event. What has expired by its time is forgotten, now and then, so that it costs little.</summary>
    internal void Apply(RevocationEvent @event)
    {
        if (@event is not RevocationEvent.Revoked revoked)
            throw new InvalidOperationException($"The journal holds an event this version does not know: {@event}.");

        _newestUnixMs = Math.Max(_newestUnixMs, revoked.BeforeUnixMs);
        // A clock that went back takes nothing back.
        _byUser[revoked.User] = _byUser.GetValueOrDefault(revoked.User) is { } earlier && earlier.BeforeUnixMs > revoked.BeforeUnixMs ? earlier : revoked;
        if (_byUser.Count < _pruneAt)
            return;

        foreach (var user in _byUser.Values.Where(old => old.UntilUnixMs <= _newestUnixMs).Select(old => old.User).ToArray())
            _byUser.Remove(user);

        _pruneAt = Math.Max(PruneAtLeast, 2 * _byUser.Count);
    }

    /// <summary>The moment before which the user's tokens are not taken; null: all are.</summary>
    internal long? BeforeOf(string user, long nowUnixMs) =>
        _byUser.TryGetValue(user, out var revoked) && revoked.UntilUnixMs > nowUnixMs ? revoked.BeforeUnixMs : null;

    /// <summary>Whether a token is not taken any more. One that does not say when it was issued may be from before.</summary>
    internal bool IsRevoked(Identity identity, long nowUnixMs) =>
        BeforeOf(identity.User ?? "", nowUnixMs) is { } before && (identity.IssuedUnixMs is not { } issued || issued < before);

    /// <summary>Whether no other user has room.</summary>
    internal bool IsFull(int max, long nowUnixMs) => _byUser.Count >= max && _byUser.Values.Count(revoked => revoked.UntilUnixMs > nowUnixMs) >= max;
}
