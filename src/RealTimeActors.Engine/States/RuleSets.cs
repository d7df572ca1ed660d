using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>The rule sets that a channel's mutations were decided by, by digest: what the log holds is folded by the rules of its time, whatever the configuration says today.</summary>
internal sealed class RuleSets
{
    private readonly SortedDictionary<string, ConflictRules> _byDigest = new(StringComparer.Ordinal);

    /// <summary>All of them, by digest. A new one comes with a changed configuration, so there are few.</summary>
    internal IReadOnlyCollection<ConflictRules> All => _byDigest.Values;

    internal bool Contains(ConflictRules rules) => _byDigest.ContainsKey(rules.Digest);

    internal void Add(ConflictRules rules) => _byDigest[rules.Digest] = rules;

    /// <summary>Those with this digest. The log names them with the first event that was decided by them; if it does not, it is damaged.</summary>
    internal ConflictRules Of(string digest) => _byDigest.TryGetValue(digest, out var rules)
        ? rules
        : throw new InvalidDataException($"The log was decided by conflict rules {digest} and does not say what they are; it knows {string.Join(", ", _byDigest.Keys)}. It is damaged: restore it from a backup.");

    /// <summary>The same sets in a list of its own, for whoever folds beside the channel.</summary>
    internal RuleSets Copy()
    {
        var copy = new RuleSets();
        foreach (var rules in _byDigest.Values)
            copy.Add(rules);

        return copy;
    }
}
