using System.Collections.Immutable;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.State;

// The whole document, in parts.
public sealed partial class StateView
{
    private ImmutableSortedDictionary<string, Entry>.Builder? _parts;
    private long _partsOffset;
    private long _partsBytes;

    /// <summary>The next that comes is a snapshot. Until it is whole, the former document is seen.</summary>
    internal void AwaitSnapshot()
    {
        IsWhole = false;
        ForgetParts();
    }

    /// <summary>A part of a snapshot.</summary>
    /// <returns>Whether it was the last one: the document is another now.</returns>
    internal bool Take(ServerFrame.State part, string epoch)
    {
        if (_parts is null || _partsOffset != part.Offset)
        {
            ForgetParts();
            _parts = StateSnapshot.NoneConfirmed.ToBuilder();
            _partsOffset = part.Offset;
        }

        foreach (var entry in part.Entries)
        {
            _partsBytes += BytesOf(entry);
            Bytes += BytesOf(entry);
            _parts[entry.Key] = entry;
        }

        if (!part.Last)
            return false;

        var confirmed = _parts.ToImmutable();
        var bytes = _partsBytes;
        ForgetParts();
        Replace(epoch, part.Offset, confirmed);
        Bytes = bytes;
        return true;
    }

    private void Replace(string epoch, long offset, ImmutableSortedDictionary<string, Entry> confirmed)
    {
        var former = _seen;
        if (Epoch != epoch)
            ShowAgain();
        (Epoch, Offset, IsWhole, _confirmed) = (epoch, offset, true, confirmed);
        RemoveCovered();

        var seen = StateSnapshot.NoneSeen.ToBuilder();
        foreach (var key in confirmed.Keys)
        {
            if (Seen(key) is { } entry)
                seen[key] = former.TryGetValue(key, out var same) && IsSame(same, entry) ? same : entry;
        }

        foreach (var key in _shown.Keys)
        {
            if (!confirmed.ContainsKey(key) && Seen(key) is { } entry)
                seen[key] = entry;
        }

        _seen = seen.ToImmutable();
        foreach (var (key, after) in _seen)
        {
            var before = former.GetValueOrDefault(key);
            if (before is null || !IsSame(before, after))
                Tell(key, before, after);
        }

        foreach (var (key, before) in former)
        {
            if (!_seen.ContainsKey(key))
                Tell(key, before, null);
        }
    }

    /// <summary>What was in the document of the former life, and is not answered or was taken in another, waits on top of this one.</summary>
    private void ShowAgain()
    {
        foreach (var shown in _confirmedEarly.Values)
            Add(shown);
        _confirmedEarly.Clear();
    }

    private void Tell(string key, StateEntry? before, StateEntry? after) =>
        _changes.Add(new StateChange(key, StateChangeCause.Replaced, before, after, !_shown.ContainsKey(key)));

    private static bool IsSame(StateEntry one, StateEntry other) =>
        one.Version == other.Version && one.PendingCount == other.PendingCount && one.Value.Span.SequenceEqual(other.Value.Span)
        && one.Confirmed.HasValue == other.Confirmed.HasValue && one.Confirmed.GetValueOrDefault().Span.SequenceEqual(other.Confirmed.GetValueOrDefault().Span);

    private void ForgetParts()
    {
        Bytes -= _partsBytes;
        _parts = null;
        _partsBytes = 0;
    }
}
