using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.PostgreSql.Work;

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>
/// The writes of one commit, arranged as the database carries them out: of each stream one chain of appends, then a snapshot, then a trim, then its deletion. What comes in
/// another order, or does not join on, waits for the next group, and everything of its stream behind it.
/// </summary>
internal sealed class Group
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Fence> _fences = [];

    /// <summary>Everything in it, in the order of the calls.</summary>
    internal List<WriteWork> Works { get; } = [];

    internal IReadOnlyCollection<Fence> Fences => _fences.Values;

    /// <summary>The chains of appends: whose they are, after which end, and to which end they bring it.</summary>
    internal List<AppendWork> Chains { get; } = [];

    internal List<long> ChainEnds { get; } = [];

    internal List<AppendWork> Appends { get; } = [];

    /// <summary>For each append the place of its chain, from 1.</summary>
    internal List<int> AppendChains { get; } = [];

    internal List<SnapshotWork> Snapshots { get; } = [];

    internal List<TrimWork> Trims { get; } = [];

    internal List<DeleteWork> Deletes { get; } = [];

    internal long Bytes { get; private set; }

    /// <summary>Takes the write, if there is a place for it.</summary>
    internal bool TryAdd(WriteWork work)
    {
        if (!_places.TryGetValue(work.Stream.Value, out var place))
            _places.Add(work.Stream.Value, place = new Place());

        if (place.IsClosed || !(work.IsRefused || TryPlace(work, place)))
        {
            place.IsClosed = true;
            return false;
        }

        Works.Add(work);
        Bytes += work.IsRefused ? 0 : work.Bytes;
        return true;
    }

    internal void Clear()
    {
        _places.Clear();
        _fences.Clear();
        Works.Clear();
        Chains.Clear();
        ChainEnds.Clear();
        Appends.Clear();
        AppendChains.Clear();
        Snapshots.Clear();
        Trims.Clear();
        Deletes.Clear();
        Bytes = 0;
    }

    /// <summary>The group is committed: gives each write its answer.</summary>
    internal void Decide(GroupOutcome outcome)
    {
        var ends = new Dictionary<int, long>();
        for (var i = 0; i < (outcome.Refused?.Length ?? 0); i++)
            ends.Add(outcome.Refused![i], outcome.RefusedEnds![i]);

        for (var i = 0; i < Appends.Count; i++)
        {
            var append = Appends[i];
            append.Answer = ends.TryGetValue(AppendChains[i], out var end) ? append.Failed(JournalFault.Conflict, Conflict(append, end)) : append.Appended();
        }

        for (var i = 0; i < Snapshots.Count; i++)
        {
            var snapshot = Snapshots[i];
            snapshot.Answer = outcome.SnapshotEnds![i] < snapshot.Sequence
                ? snapshot.Failed(JournalFault.Conflict, $"Stream '{snapshot.Stream}' ends at sequence {outcome.SnapshotEnds[i]}; a snapshot of {snapshot.Sequence} is ahead of it.")
                : new JournalReply.SnapshotSaved(snapshot.Stream, snapshot.Sequence);
        }

        for (var i = 0; i < Trims.Count; i++)
            Trims[i].Answer = new JournalReply.Trimmed(Trims[i].Stream, outcome.Trims![i]);

        foreach (var work in Works)
        {
            if (work.IsRefused)
                work.Answer = work.Failed(JournalFault.Overloaded, "More is waiting for the database than the store takes. Try again later.");
            else if (work is ProbeWork)
                work.Answer = new JournalReply.Trimmed(work.Stream, 0);
            else if (outcome.Fenced is not null && outcome.Fenced.Contains(work.Fence.Shard))
                work.Answer = work.Failed(JournalFault.Fenced, $"Stream '{work.Stream}': another owner has taken over ({work.Fence} does not count any more). Nothing is written here again.");
            else if (work is DeleteWork)
                work.Answer = new JournalReply.Deleted(work.Stream);
        }
    }

    /// <summary>Nothing of the group was done.</summary>
    internal void Fail(JournalFault fault, string message)
    {
        foreach (var work in Works)
            work.Answer = work.Failed(fault, message);
    }

    /// <summary>It could not be learnt whether the group was done.</summary>
    internal void Doubt(string message)
    {
        foreach (var work in Works)
            work.Answer = work.IsRefused ? work.Failed(JournalFault.Overloaded, message) : work.Unknown(message);
    }

    private bool TryPlace(WriteWork work, Place place)
    {
        // Two owners of one shard in one process: the older one is told by the next group.
        if (work is not ProbeWork && !_fences.TryAdd(work.Fence.Shard, work.Fence) && _fences[work.Fence.Shard] != work.Fence)
            return false;

        switch (work)
        {
            case AppendWork append:
                return TryChain(append, place);
            case SnapshotWork snapshot when place.Phase < Phase.Folded:
                place.Phase = Phase.Folded;
                Snapshots.Add(snapshot);
                return true;
            case TrimWork trim when place.Phase < Phase.Trimmed:
                place.Phase = Phase.Trimmed;
                Trims.Add(trim);
                return true;
            case DeleteWork delete when place.Phase < Phase.Deleted:
                place.Phase = Phase.Deleted;
                Deletes.Add(delete);
                return true;
            default:
                return work is ProbeWork;
        }
    }

    private bool TryChain(AppendWork append, Place place)
    {
        if (place.Phase != Phase.Written || (place.Chain > 0 && ChainEnds[place.Chain - 1] != append.ExpectedLast))
            return false;

        if (place.Chain == 0)
        {
            Chains.Add(append);
            ChainEnds.Add(0);
            place.Chain = Chains.Count;
        }

        ChainEnds[place.Chain - 1] = append.Row.Last;
        Appends.Add(append);
        AppendChains.Add(place.Chain);
        return true;
    }

    private static string Conflict(AppendWork append, long end) =>
        $"Stream '{append.Stream}' ends at sequence {end}; the append expected {append.ExpectedLast}. Somebody else wrote, or an earlier append failed: load the stream again.";

    /// <summary>What the database does with a stream in one group, in this order.</summary>
    private enum Phase
    {
        Written,
        Folded,
        Trimmed,
        Deleted,
    }

    private sealed class Place
    {
        internal Phase Phase { get; set; }

        /// <summary>The place of its chain, from 1; 0: none.</summary>
        internal int Chain { get; set; }

        /// <summary>Something of the stream waits for the next group: whatever comes behind it does, too.</summary>
        internal bool IsClosed { get; set; }
    }
}
