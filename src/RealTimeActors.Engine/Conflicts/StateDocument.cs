using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// The state of a channel as of one event: keys, values, and what the rules must remember. Never changes; a change gives a new one that shares almost all with the old, so that the tentative state, the
/// committed one, and one that a long snapshot reads cost little beside each other.
/// </summary>
internal sealed class StateDocument
{
    /// <summary>All keys that are remembered, deleted ones among them.</summary>
    private readonly PersistentMap<string, StateEntry> _entries;

    /// <summary>The deleted ones, the oldest first.</summary>
    private readonly PersistentMap<long, string> _tombstones;

    /// <summary>The greatest version of a key that was forgotten: any key that comes begins above it, so that no version ever means two things.</summary>
    private readonly long _versionFloor;

    private StateDocument(PersistentMap<string, StateEntry> entries, PersistentMap<long, string> tombstones, long versionFloor, long bytes)
    {
        _entries = entries;
        _tombstones = tombstones;
        _versionFloor = versionFloor;
        Bytes = bytes;
    }

    /// <summary>The state before the first event.</summary>
    internal static StateDocument Empty { get; } =
        new(PersistentMap<string, StateEntry>.Empty(StringComparer.Ordinal), PersistentMap<long, string>.Empty(Comparer<long>.Default), 0, 0);

    /// <summary>Keys that are present.</summary>
    internal int Count => _entries.Count - _tombstones.Count;

    /// <summary>Bytes of the keys and values that are present.</summary>
    internal long Bytes { get; }

    /// <summary>The key as it is. False: it is absent; the entry is then the memory of its deletion, or null where there is none (version 0).</summary>
    internal bool TryGet(string key, [NotNullWhen(true)] out StateEntry? entry) => _entries.TryGet(key, out entry) && entry.IsPresent;

    /// <summary>The keys that are present and come after this one, in ordinal order; null: all.</summary>
    internal IEnumerable<StateEntry> After(string? key) =>
        (key is null ? _entries.All() : _entries.After(key)).Where(entry => entry.IsPresent);

    /// <summary>What becomes of a mutation. Changes nothing.</summary>
    /// <param name="m">The mutation, its value well formed.</param>
    /// <param name="rules">The channel's rules.</param>
    /// <param name="custom">The rules of the application by their names.</param>
    /// <param name="limits">What the state may grow to.</param>
    /// <param name="nowUnixMs">The server's clock.</param>
    /// <param name="skewMaxMs">How far ahead of it a client's clock is believed.</param>
    internal Decision Decide(Mutation m, ConflictRules rules, IReadOnlyDictionary<string, IMergeRule> custom, StateLimits limits, long nowUnixMs, long skewMaxMs) =>
        throw new NotImplementedException();

    /// <summary>The state after a <c>$state</c> event: the fold. Custom rules are not asked again: what they decided is in the data.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="key">Its key.</param>
    /// <param name="user">Its user.</param>
    /// <param name="session">Its session.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="rulesByDigest">Gives the rules that the channel's log names so.</param>
    internal StateDocument Apply(ReadOnlyMemory<byte> data, string key, string? user, string? session, long offset, Func<string, ConflictRules> rulesByDigest) =>
        throw new NotImplementedException();

    /// <summary>The same as <see cref="Apply"/> for the event of a decision that this document has just made, without reading its data again.</summary>
    internal StateDocument With(Decision decision, long offset) => decision.Next is { } next ? With(next.At(offset)) : this;

    /// <summary>Writes everything: values, clocks, deleted keys, members of sets.</summary>
    internal void Write(PayloadWriter to) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static StateDocument Read(ref PayloadReader from) => throw new NotImplementedException();

    private StateDocument With(StateEntry entry) => throw new NotImplementedException();
}
