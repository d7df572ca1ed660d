using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Simulation.Workloads;
using MutationResult = RealTimeActors.Client.Machine.State.MutationResult;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 4, 5 and 7, of edits through the client library, offline too: nothing is sent before it is kept; each edit that was shown is decided, as the log says, and not before the store has let go of it, so that no other
/// process says otherwise; what was rejected is in no log; and what its user sees is the state at an offset with his own edits on top that are not in it, no more and no fewer.
/// </summary>
internal sealed partial class Edits : StateChecker
{
    private readonly SortedDictionary<string, Edit> _edits = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int Life, string Id), (long Offset, bool IsTaken)> _inLog = [];
    private readonly SortedSet<(int Life, string Id)> _rejected = [];

    /// <summary>An edit was made, and nothing is sure about it yet.</summary>
    public void Made(EditingClient client, EditingProcess process, PendingMutation mutation)
    {
        // A number that was never written down was never sent, and is used again.
        var isUsed = _edits.TryGetValue(mutation.MutationId, out var former) && (former.IsPromised || client.Store.Written.Contains(mutation.MutationId));
        Require(!isUsed, $"The edit {mutation.MutationId} of {client.Name} was made before, and kept.");
        _edits[mutation.MutationId] = new Edit(client, mutation) { Process = process };
        _rejected.RemoveWhere(rejected => rejected.Id == mutation.MutationId);
    }

    /// <summary>An edit is kept and shown: from now on it has to be decided.</summary>
    public void Pending(EditingProcess process, PendingMutation mutation)
    {
        var edit = _edits[mutation.MutationId];
        Require(edit.Client.Store.Written.Contains(mutation.MutationId), $"The edit {mutation.MutationId} is shown as pending, and was not written down.");
        edit.IsPromised = edit.IsShown = true;
        Require(edit.Process == process, $"The edit {mutation.MutationId} is shown by another process than made it.");
    }

    /// <summary>A process begins with the edits that the one before had kept.</summary>
    public void Started(EditingProcess process, IReadOnlyList<PendingMutation> kept)
    {
        foreach (var mutation in kept)
        {
            var edit = _edits[mutation.MutationId];
            (edit.Process, edit.Decision, edit.DecidedInLife, edit.IsShown, edit.IsOver) = (process, null, null, true, false);
        }
    }

    /// <summary>A process knows what became of an edit, and nobody was told of it yet.</summary>
    public void Over(EditingProcess process, PendingMutation mutation)
    {
        var edit = _edits[mutation.MutationId];
        (edit.IsOver, edit.OverInLife) = (true, process.Epoch is { } epoch ? LifeOf(epoch) : null);
    }

    public void Decided(EditingClient client, EditingProcess process, MutationOutcome outcome)
    {
        Seen.Sometimes.Count($"an edit is {outcome.Result}");
        var id = outcome.Mutation.MutationId;
        var edit = _edits[id];
        Require(edit.Process == process && edit.Decision is null, $"The edit {id} of {client.Name} was decided twice in one process.");
        Require(outcome.IsStillKept || !client.Store.Has(outcome.Mutation.Number), $"{client.Name} is told that its edit {id} is {outcome.Result} while it is still kept: the next process would send it again, and may hear something else.");
        edit.Decision = outcome;
        edit.IsDecided = true;
        if (outcome.Result == MutationResult.Rejected)
        {
            OnRejected(outcome, id);
            return;
        }

        // An answer may arrive when the store has been put back already.
        Seen.Truth.Refresh();
        var durable = Enumerable.Range(0, Seen.Truth.Life + 1).Select(life => Seen.Truth.Find(life, outcome.Mutation.Channel, outcome.Offset)).LastOrDefault(e => e?.Stored.Mutation?.MutationId == id)
            ?? Seen.Truth.Find(outcome.Mutation.Channel, outcome.Offset);
        if (durable?.Stored.Mutation?.MutationId != id)
        {
            Fail($"{client.Name} was told that its edit {id} is {outcome.Result} at {outcome.Offset}; there is {durable?.Stored.Mutation?.MutationId ?? "none"}.");
            return;
        }

        edit.DecidedInLife = durable.Life;
        var e = StateEventFormat.Read(durable.Event.Data);
        Require(
            e.Result.ToString() == outcome.Result.ToString() && durable.Event.Key == edit.Mutation.Key && MutationOperations.NameOf(e.Operation) == edit.Mutation.Operation
                && e.Value.Span.SequenceEqual(edit.Mutation.Value.Span) && e.IfVersion == edit.Mutation.IfVersion,
            $"{client.Name} made {edit.Mutation.Operation} of {edit.Mutation.Key}, and was told that it is {outcome.Result} at {outcome.Offset}; there is {e.Operation} of {durable.Event.Key}, {e.Result}.");
    }

    public void Abandoned(ClientEffect.MutationAbandoned abandoned)
    {
        Seen.Sometimes.Count($"an edit ends as {abandoned.Outcome.GetType().Name}");
        var edit = _edits.GetValueOrDefault(abandoned.Mutation.MutationId);
        if (edit is null || abandoned.Outcome is not RequestOutcome.Rejected)
            return;

        edit.Process = null;
        Require(!edit.IsPromised, $"The edit {abandoned.Mutation.MutationId} was shown as pending, and is given up: {abandoned.Outcome}.");
        _rejected.Add((Seen.Truth.Life, abandoned.Mutation.MutationId));
    }

    public override void OnDurable(TrueEvent durable)
    {
        if (!IsMutation(durable) || durable.Stored.Mutation?.MutationId is not { } id || !_edits.TryGetValue(id, out var edit))
            return;

        var e = StateEventFormat.Read(durable.Event.Data);
        _inLog[(durable.Life, id)] = (durable.Event.Offset, e.Result is Engine.Conflicts.MutationResult.Applied or Engine.Conflicts.MutationResult.Merged);
        Require(edit.Client.Store.Written.Contains(id), $"The edit {id} is in the log at {durable.Event.Offset}, and was never written down: a crash would have made it forgotten.");
        Require(!_rejected.Contains((durable.Life, id)), $"The edit {id} was rejected, or given up before it was sent, and is in the log at {durable.Event.Offset}.");
    }

    public override void AtRest()
    {
        foreach (var (id, edit) in _edits)
            Require(!edit.IsPromised || edit.IsDecided || edit.Client.Store.Untold.Contains(id), $"The edit {id} of {edit.Client.Name} was shown as pending, and nothing was ever told of it.");
    }

    private void OnRejected(MutationOutcome outcome, string id)
    {
        if (outcome.MayBeInLog || (outcome.Error is not null && outcome.Error is Protocol.ErrorCode.Internal or Protocol.ErrorCode.Timeout))
            return;

        Seen.Truth.Refresh();
        Require(!_inLog.ContainsKey((Seen.Truth.Life, id)), $"The edit {id} was rejected ({outcome.Reason}), and is in the log.");
        _rejected.Add((Seen.Truth.Life, id));
    }

    private int? LifeOf(string epoch) => Seen.Epochs.LifeOf(Channel!.Name, epoch);

    private static string Text(ReadOnlyMemory<byte>? json) => json is { } value ? Encoding.UTF8.GetString(value.Span) : "absent";

    private sealed class Edit(EditingClient client, PendingMutation mutation)
    {
        public EditingClient Client { get; } = client;

        public PendingMutation Mutation { get; } = mutation;

        /// <summary>The process that shows it; null: none does.</summary>
        public EditingProcess? Process { get; set; }

        /// <summary>That process shows it on top of what is confirmed, or has done so.</summary>
        public bool IsShown { get; set; }

        /// <summary>That process knows what became of it.</summary>
        public bool IsOver { get; set; }

        /// <summary>In which life of the log that process was, as far as it had been told, when it came to know. null: in none yet.</summary>
        public int? OverInLife { get; set; }

        /// <summary>What its application was told of it.</summary>
        public MutationOutcome? Decision { get; set; }

        /// <summary>The life of the log that the offset of <see cref="Decision"/> is of: the last one that has the edit there.</summary>
        public int? DecidedInLife { get; set; }

        /// <summary>It was shown as kept: it may not get lost.</summary>
        public bool IsPromised { get; set; }

        /// <summary>Some process was told what became of it.</summary>
        public bool IsDecided { get; set; }
    }
}
