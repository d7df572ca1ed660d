using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Json;
using RealTimeActors.Simulation.Workloads;
using MutationResult = RealTimeActors.Client.Machine.State.MutationResult;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>What the user of the client library sees.</summary>
internal sealed partial class Edits
{
    public void Shown(EditingClient client, EditingProcess process, StateSnapshot snapshot, IReadOnlyCollection<string> changed)
    {
        if (snapshot.Epoch is { } epoch && LifeOf(epoch) is { } life)
            CheckConfirmed(client, snapshot, changed, life);

        foreach (var key in changed)
            CheckSeen(client, process, snapshot, key);
    }

    private void CheckConfirmed(EditingClient client, StateSnapshot snapshot, IReadOnlyCollection<string> changed, int life)
    {
        Seen.Truth.Refresh();
        if (Seen.States.At(life, snapshot.Offset) is not { } document)
        {
            Fail($"{client.Name} sees the state as of {snapshot.Offset}; on disk the log ends at {Head}.");
            return;
        }

        Require(snapshot.Confirmed.Count == document.Count, $"{client.Name} sees {snapshot.Confirmed.Count} confirmed keys as of {snapshot.Offset}; the log makes {document.Count}.");
        foreach (var key in changed)
        {
            var (version, value) = Of(document, key);
            var confirmed = snapshot.Confirmed.GetValueOrDefault(key);
            Require(
                confirmed is null ? value.IsEmpty : confirmed.Version == version && Fold.IsSame(confirmed.Value, value),
                $"{client.Name} sees {key} confirmed as {Text(confirmed?.Value)} in version {confirmed?.Version} as of {snapshot.Offset}; the log makes it {Text(value)} in version {version}.");
        }
    }

    private void CheckSeen(EditingClient client, EditingProcess process, StateSnapshot snapshot, string key)
    {
        var seen = snapshot.Entries.GetValueOrDefault(key);
        var mine = _edits.Values.Where(edit => edit.Process == process && edit.IsShown && edit.Mutation.Key == key).OrderBy(edit => edit.Mutation.Number).ToList();
        var must = mine.Count(edit => MustBeShown(edit, snapshot));
        var may = mine.Where(edit => MayBeShown(edit, snapshot)).ToList();
        if (must > 0)
            Seen.Sometimes.Count("an edit is seen before it is answered");

        if (seen is null)
            return; // It may have been deleted.

        Require(
            seen.PendingCount <= may.Count && seen.PendingCount >= Math.Min(1, must) && (may.Count > must || seen.PendingCount == must),
            $"{client.Name} sees {key} as of {snapshot.Offset} with {seen.PendingCount} of its edits on top; {must} to {may.Count} are not in it.");
        if (seen.PendingCount == 0)
        {
            Require(Fold.IsSame(seen.Value, seen.Confirmed ?? default), $"{client.Name} sees {key} as {Text(seen.Value)} without edits of its own; confirmed is {Text(seen.Confirmed)}.");
            return;
        }

        if (may.Count != seen.PendingCount || may.Exists(edit => edit.Mutation.Operation is not ("merge" or "set" or "delete")))
            return;

        ReadOnlyMemory<byte> expected = seen.Confirmed ?? default;
        foreach (var edit in may)
        {
            expected = edit.Mutation.Operation switch
            {
                "merge" => MergePatch.Apply(expected, edit.Mutation.Value),
                "set" => edit.Mutation.Value,
                _ => default,
            };
        }

        Require(Fold.IsSame(seen.Value, expected), $"{client.Name} sees {key} as {Text(seen.Value)}; with its {may.Count} edits ({string.Join(", ", may.Select(edit => $"{edit.Mutation.Number} {edit.Mutation.Operation}{(edit.IsOver ? ", over" : "")}"))}) on top of what is confirmed as of {snapshot.Offset} it is {Text(expected)}.");
    }

    /// <summary>Whether its change is in what is confirmed, whether the client knows or not.</summary>
    private bool IsInDocument(Edit edit, StateSnapshot snapshot) =>
        snapshot.Epoch is { } epoch && LifeOf(epoch) is { } life && _inLog.TryGetValue((life, edit.Mutation.MutationId), out var logged) && logged.IsTaken && logged.Offset <= snapshot.Offset;

    /// <summary>It is not in what is confirmed, and not decided, or it was taken in a life of the log that the client had been told of by then: the document of that life, as of its offset, is still to come.</summary>
    private bool MustBeShown(Edit edit, StateSnapshot snapshot) =>
        !IsInDocument(edit, snapshot) && (!edit.IsOver || (edit.DecidedInLife <= edit.OverInLife && MayBeShown(edit, snapshot)));

    /// <summary>It is not decided, or it was taken and is not in what is confirmed, as far as the client can tell: offsets of two lives of the log cannot be compared. Where the log has begun another life, the
    /// former document is seen until the one of that life has come, and what was taken in that life is in neither.</summary>
    private bool MayBeShown(Edit edit, StateSnapshot snapshot)
    {
        if (edit.Decision is not { } decision)
            return true;

        if (decision.Result is not (MutationResult.Applied or MutationResult.Merged))
            return false;

        return snapshot.Epoch is not { } epoch || edit.DecidedInLife > LifeOf(epoch) || (edit.DecidedInLife == LifeOf(epoch) && decision.Offset > snapshot.Offset);
    }
}
