using System.Runtime.InteropServices;

namespace RealTimeActors.Client.Machine.State;

/// <summary>
/// The edits that are over and still in the store, which has to let go of them before anybody is told. Or a process that is killed in between leaves them to the next one, which sends them once more, and may
/// hear something else of them than the application was told.
/// </summary>
internal sealed class EndingMutations
{
    private readonly Dictionary<long, EndingMutation> _byNumber = [];
    private readonly SortedSet<(TimeSpan At, long Number)> _askedAgain = [];

    /// <summary>How many there are of an entry of a state.</summary>
    private readonly Dictionary<(string Channel, string Key), int> _ofEntry = [];

    internal int Count => _byNumber.Count;
    internal long Bytes { get; private set; }

    /// <summary>When the store is to be asked again; null: it has been asked for each.</summary>
    internal TimeSpan? NextAsk => _askedAgain.Count == 0 ? null : _askedAgain.Min.At;

    /// <summary>Whether the store has any of this entry.</summary>
    internal bool HasOf(string channel, string key) => _ofEntry.ContainsKey((channel, key));

    internal EndingMutation Add(QueuedMutation edit, ClientEffect word)
    {
        var ending = new EndingMutation(edit, word);
        _byNumber.Add(ending.Number, ending);
        CollectionsMarshal.GetValueRefOrAddDefault(_ofEntry, (edit.Mutation.Channel, edit.Mutation.Key), out _)++;
        Bytes += edit.Bytes;
        return ending;
    }

    internal EndingMutation? Find(long number) => _byNumber.GetValueOrDefault(number);

    internal void Remove(EndingMutation ending)
    {
        if (!_byNumber.Remove(ending.Number))
            return;

        var entry = (ending.Edit.Mutation.Channel, ending.Edit.Mutation.Key);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_ofEntry, entry) == 0)
            _ofEntry.Remove(entry);
        Bytes -= ending.Edit.Bytes;
        if (ending.AskedAgainAt is { } at)
            _askedAgain.Remove((at, ending.Number));
    }

    internal void AskAgain(EndingMutation ending, TimeSpan at)
    {
        ending.AskedAgainAt = at;
        _askedAgain.Add((at, ending.Number));
    }

    /// <summary>The first for which the store is to be asked again by then; it counts as asked from now on. null: there is none.</summary>
    internal EndingMutation? TakeDue(TimeSpan until)
    {
        if (NextAsk is not { } next || next > until)
            return null;

        var first = _askedAgain.Min;
        _askedAgain.Remove(first);
        var ending = _byNumber[first.Number];
        ending.AskedAgainAt = null;
        return ending;
    }
}
