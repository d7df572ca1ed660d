using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// The state of a channel as of one event: keys, values, and what the rules must remember. Never changes; a change gives a new one that shares almost all with the old, so that the tentative state, the
/// committed one, and one that a long snapshot reads cost little beside each other.
/// </summary>
internal sealed partial class StateDocument
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
        new(PersistentMap<string, StateEntry>.Empty(KeyOrder.Instance), PersistentMap<long, string>.Empty(Comparer<long>.Default), 0, 0);

    /// <summary>Keys that are present.</summary>
    internal int Count => _entries.Count - _tombstones.Count;

    /// <summary>Bytes of the keys and values that are present.</summary>
    internal long Bytes { get; }

    /// <summary>The key as it is. False: it is absent; the entry is then the memory of its deletion, or null where there is none (version 0).</summary>
    internal bool TryGet(string key, [NotNullWhen(true)] out StateEntry? entry) => _entries.TryGet(key, out entry) && entry.IsPresent;

    /// <summary>The keys that are present and come after this one, in the order of their bytes; null: all.</summary>
    internal IEnumerable<StateEntry> After(string? key) =>
        (key is null ? _entries.All() : _entries.After(key)).Where(entry => entry.IsPresent);

    /// <summary>The same as <see cref="Apply"/> for the event of a decision that this document has just made, without reading its data again.</summary>
    internal StateDocument With(Decision decision, long offset) => decision.Next is { } next ? Replace(next, decision.Result, offset) : this;

    /// <summary>The state after a <c>$state</c> event: the fold. Custom rules are not asked again: what they decided is in the data.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="key">Its key.</param>
    /// <param name="user">Its user.</param>
    /// <param name="session">Its session.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="rulesByDigest">Gives the rules that the channel's log names so.</param>
    internal StateDocument Apply(ReadOnlyMemory<byte> data, string key, string? user, string? session, long offset, Func<string, ConflictRules> rulesByDigest)
    {
        var e = StateEventFormat.Read(data);
        _entries.TryGet(key, out var entry);
        var next = Fold(key, entry, e, user, session, rulesByDigest(e.Rules), new LoggedDecisions(e.Custom), out var outcome);
        if (outcome.Error is not null || outcome.Result != e.Result || (next?.Version ?? 0) != e.Version)
        {
            throw new InvalidOperationException(
                $"The event {offset} of the key '{key}' says {MutationResults.NameOf(e.Result)} with version {e.Version}; the rules {e.Rules} give {outcome.ErrorText ?? MutationResults.NameOf(outcome.Result)} with version {next?.Version ?? 0}.");
        }

        return next is null ? this : Replace(next, e.Result, offset);
    }

    /// <summary>Writes everything: values, clocks, deleted keys, members of sets.</summary>
    internal void Write(PayloadWriter to) => StateFormat.Write(to, _versionFloor, _entries.Count, _entries.All());

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static StateDocument Read(ref PayloadReader from)
    {
        var stored = StateFormat.Read(ref from, out var versionFloor);
        var (entries, tombstones, bytes) = (Empty._entries, Empty._tombstones, 0L);
        foreach (var entry in stored)
        {
            entries = entries.With(entry.Key, entry);
            bytes += entry.Bytes;
            if (!entry.IsPresent)
                tombstones = tombstones.With(entry.Offset, entry.Key);
        }

        return new StateDocument(entries, tombstones, versionFloor, bytes);
    }

    /// <summary>The key after an event; null: nothing is remembered of it.</summary>
    private StateEntry? Fold(string key, StateEntry? entry, StateEvent e, string? user, string? session, ConflictRules rules, ICustomDecisions custom, out FoldOutcome outcome)
    {
        if (IsOfForgottenLife(entry, e))
        {
            outcome = new FoldOutcome();
            outcome.Forget();
            return null;
        }

        var stamp = new Stamp(e.TimeUnixMs, e.Counter, user ?? "", session ?? "", e.MutationId ?? "", (entry?.Version ?? _versionFloor) + 1);
        var present = entry?.Version ?? 0;
        long? seen = e.IfVersion is not null ? present : e.BaseVersion is { } version ? Math.Min(version, present) : null;
        var next = StateFold.Run(key, entry, e.Operation, e.Value, stamp, seen, e.IfVersion is not null, rules, custom, out outcome);
        return entry is null && outcome.Result == MutationResult.Superseded ? null : next;
    }

    /// <summary>Who edited a key whose deletion is long forgotten edited something that is gone.</summary>
    private bool IsOfForgottenLife(StateEntry? entry, StateEvent e) => entry is null && e.IfVersion is null && e.BaseVersion > 0 && e.BaseVersion <= _versionFloor;

    private StateDocument Replace(StateEntry next, MutationResult result, long offset)
    {
        // What was superseded has made no version: the key is as old as it was.
        var entry = result == MutationResult.Superseded ? next : next.At(offset);
        var bytes = Bytes + entry.Bytes;
        var tombstones = _tombstones;
        if (_entries.TryGet(entry.Key, out var before))
        {
            bytes -= before.Bytes;
            if (!before.IsPresent)
                tombstones = tombstones.Without(before.Offset);
        }

        if (!entry.IsPresent)
            tombstones = tombstones.With(entry.Offset, entry.Key);

        var entries = _entries.With(entry.Key, entry);
        var floor = _versionFloor;
        if (tombstones.Count > StateBounds.TombstonesMax && tombstones.TryGetFirst(out var oldest, out var forgotten))
        {
            entries.TryGet(forgotten, out var tombstone);
            floor = Math.Max(floor, tombstone!.Version);
            entries = entries.Without(forgotten);
            tombstones = tombstones.Without(oldest);
        }

        return new StateDocument(entries, tombstones, floor, bytes);
    }
}
