using System.Collections.Immutable;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Client.Machine.State;

/// <summary>
/// A channel's state as this client sees it: what the server has confirmed, and on top of it, in the order in which they were made, the edits of this client that are not in it yet.
/// Whenever the confirmed changes they are made anew on what it is now, so that nothing of either is lost.
/// </summary>
/// <remarks>Belongs to its machine; others only read it. What an edit does here is a guess: the server's rules decide, and when its word is in the confirmed the guess is gone.</remarks>
public sealed partial class StateView
{
    private readonly SortedDictionary<string, List<ShownMutation>> _shown = new(StringComparer.Ordinal);

    /// <summary>Those whose change is in the confirmed document while the word on them is still to come, or is that they were taken in another life of the log. Of another life this document says nothing: on top of that
    /// one's they are shown again, unless it has them.</summary>
    private readonly SortedDictionary<long, ShownMutation> _confirmedEarly = [];
    private readonly List<StateChange> _changes = [];
    private ImmutableSortedDictionary<string, Entry> _confirmed = StateSnapshot.NoneConfirmed;
    private ImmutableSortedDictionary<string, StateEntry> _seen = StateSnapshot.NoneSeen;

    /// <summary>The least offset that a decided edit waits for.</summary>
    private long _leastAwaited = long.MaxValue;

    internal StateView(KeptState? kept)
    {
        if (kept is null)
            return;

        Epoch = kept.Epoch;
        Offset = kept.Offset;
        IsWhole = true;
        _confirmed = kept.Entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry, StringComparer.Ordinal);
        _seen = _confirmed.ToImmutableSortedDictionary(pair => pair.Key, pair => Seen(pair.Key)!, StringComparer.Ordinal);
        Bytes = _confirmed.Values.Sum(BytesOf);
    }

    /// <summary>The life of the log that the confirmed document is of; null: there is none yet.</summary>
    public string? Epoch { get; private set; }

    /// <summary>The confirmed document is the state as of this offset.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether there is a confirmed document that the next change can be made on. False: a snapshot is awaited; what is seen is the former document until it is there.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Edits that are shown and not in the confirmed document.</summary>
    public int ShownCount { get; private set; }

    /// <summary>Bytes of keys and values of the confirmed document, and of the parts of the one that is to replace it.</summary>
    public long Bytes { get; private set; }

    /// <summary>What is seen now.</summary>
    public StateSnapshot Snapshot => new(Epoch, Offset, Epoch is not null, _confirmed, _seen);

    /// <summary>What the server has confirmed.</summary>
    internal Entry? ConfirmedOf(string key) => _confirmed.GetValueOrDefault(key);

    /// <summary>What has changed since the last call.</summary>
    internal IReadOnlyList<StateChange> TakeChanges()
    {
        var changes = _changes.ToList();
        _changes.Clear();
        return changes;
    }

    /// <summary>Somebody's change, the one after <see cref="Offset"/> that concerns this client.</summary>
    internal void Take(ServerFrame.Change change)
    {
        var former = _confirmed.GetValueOrDefault(change.Key);
        var confirmed = ConfirmedBy(change, former);
        Bytes += (confirmed is null ? 0 : BytesOf(confirmed)) - (former is null ? 0 : BytesOf(former));
        _confirmed = confirmed is null ? _confirmed.Remove(change.Key) : _confirmed.SetItem(change.Key, confirmed);
        var isOwn = change.MutationId is { } id && Confirm(change.Key, id);
        Refresh(change.Key, isOwn ? StateChangeCause.Confirmed : StateChangeCause.Changed, isOwn ? change.MutationId : null, change.User);
    }

    /// <summary>Everything up to this offset is in the confirmed document, or does not concern it.</summary>
    internal void Advance(long offset)
    {
        Offset = offset;
        if (offset < _leastAwaited)
            return;

        RemoveCovered(shown => Refresh(shown.Mutation.Key, StateChangeCause.Confirmed, shown.Mutation.MutationId));
    }

    /// <summary>An edit of this client, which cannot get lost any more.</summary>
    internal void Show(PendingMutation mutation)
    {
        Add(new ShownMutation(mutation));
        Refresh(mutation.Key, StateChangeCause.Edited, mutation.MutationId);
    }

    /// <summary>The server's word on an edit. One that was taken is shown until the change that it has become, or whatever stands for it, is here.</summary>
    /// <param name="outcome">The word.</param>
    /// <param name="epoch">The life of the log that its offset is of; null: the present one.</param>
    internal void Decide(MutationOutcome outcome, string? epoch)
    {
        var (key, id) = (outcome.Mutation.Key, outcome.Mutation.MutationId);
        var isConfirmed = _confirmedEarly.TryGetValue(outcome.Mutation.Number, out var early);
        if ((early ?? Find(key, id)) is not { } shown)
            return;

        var isTaken = outcome.Result is MutationResult.Applied or MutationResult.Merged;
        shown.DecidedAt = outcome.Offset;
        shown.DecidedIn = epoch ?? Epoch;
        if (isTaken && !IsCovered(shown))
        {
            _leastAwaited = Math.Min(_leastAwaited, outcome.Offset);
            return;
        }

        if (isConfirmed)
        {
            // Its change came before the word on it.
            _confirmedEarly.Remove(outcome.Mutation.Number);
            return;
        }

        Remove(key, id);
        Refresh(key, isTaken ? StateChangeCause.Confirmed : StateChangeCause.RolledBack, id, outcome: isTaken ? null : outcome);
    }

    /// <summary>Offsets of another life say nothing of this document. With a snapshot on its way it will say, and is of that life, or of a later one.</summary>
    private bool IsCovered(ShownMutation shown) => shown.DecidedAt is { } offset && (shown.DecidedIn == Epoch ? offset <= Offset : IsWhole);

    /// <summary>In the order in which they were made. Where one had to be written down once more, a later one is kept, and comes here, before it.</summary>
    private void Add(ShownMutation shown)
    {
        if (!_shown.TryGetValue(shown.Mutation.Key, out var list))
            _shown.Add(shown.Mutation.Key, list = []);

        list.Insert(list.FindLastIndex(one => one.Mutation.Number < shown.Mutation.Number) + 1, shown);
        ShownCount++;
    }

    private ShownMutation? Find(string key, string mutationId) => _shown.GetValueOrDefault(key)?.Find(one => one.Mutation.MutationId == mutationId);

    /// <summary>Its change has come.</summary>
    private bool Confirm(string key, string mutationId)
    {
        if (Find(key, mutationId) is not { } shown)
            return false;

        if (shown.DecidedAt is null)
            _confirmedEarly[shown.Mutation.Number] = shown;
        return Remove(key, mutationId);
    }

    private bool Remove(string key, string mutationId)
    {
        if (!_shown.TryGetValue(key, out var list) || list.RemoveAll(one => one.Mutation.MutationId == mutationId) == 0)
            return false;

        ShownCount--;
        if (list.Count == 0)
            _shown.Remove(key);
        return true;
    }

    private void RemoveCovered(Action<ShownMutation>? removed = null)
    {
        _leastAwaited = long.MaxValue;
        foreach (var shown in _confirmedEarly.Values.Where(IsCovered).ToList())
            _confirmedEarly.Remove(shown.Mutation.Number);
        foreach (var shown in _shown.Values.SelectMany(list => list).ToList())
        {
            if (IsCovered(shown))
            {
                Remove(shown.Mutation.Key, shown.Mutation.MutationId);
                removed?.Invoke(shown);
            }
            else if (shown.DecidedAt is { } offset)
            {
                _leastAwaited = Math.Min(_leastAwaited, offset);
            }
        }
    }

    private void Refresh(string key, StateChangeCause cause, string? mutationId = null, string? user = null, MutationOutcome? outcome = null)
    {
        var before = _seen.GetValueOrDefault(key);
        var after = Seen(key);
        _seen = after is null ? _seen.Remove(key) : _seen.SetItem(key, after);
        _changes.Add(new StateChange(key, cause, before, after, !_shown.ContainsKey(key)) { MutationId = mutationId, User = user, Outcome = outcome });
    }

    private StateEntry? Seen(string key)
    {
        var confirmed = _confirmed.GetValueOrDefault(key);
        var value = confirmed?.Value;
        if (!_shown.TryGetValue(key, out var list))
            return confirmed is null ? null : new StateEntry(key, confirmed.Version, confirmed.Value, confirmed.Value, 0);

        foreach (var shown in list)
            value = LocalEdit.Apply(value, shown.Mutation);
        return value is { } seen ? new StateEntry(key, confirmed?.Version ?? 0, seen, confirmed?.Value, list.Count) : null;
    }

    private static Entry? ConfirmedBy(ServerFrame.Change change, Entry? former)
    {
        if (change.Deleted)
            return null;

        var value = change.Value ?? MergePatch.Apply(former?.Value ?? default, change.Patch ?? default);
        return new Entry(change.Key, change.Version, value);
    }

    // A key has at most three bytes of UTF-8 for each character.
    private static long BytesOf(Entry entry) => (3L * entry.Key.Length) + entry.Value.Length;
}
