using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Machine;

// The ends of edits: the store lets go of an edit for good, and only then somebody is told what became of it.
public sealed partial class ClientMachine
{
    /// <summary>The host has let go of an edit: no other process finds it, whatever happens now. Answers <see cref="ClientEffect.DropMutation"/>.</summary>
    public void MutationDropped(TimeSpan now, long number)
    {
        if (_mutations.Ending.Find(number) is { } ending)
            LetGo(now, ending, ending.Word);
    }

    /// <summary>The host could not let go of an edit. It is asked again, after a pause; after some times what became of the edit is told all the same, and that a later process may send it. Answers
    /// <see cref="ClientEffect.DropMutation"/>.</summary>
    public void MutationNotDropped(TimeSpan now, long number, string reason)
    {
        if (_mutations.Ending.Find(number) is not { AskedAgainAt: null } ending)
            return;

        if (++ending.Failures == DropsMax || _phase == ConnectionPhase.Ended)
            LetGo(now, ending, ThoughKept(ending.Word, reason));
        else
            _mutations.Ending.AskAgain(ending, now + Backoff.Pause(_advice, ending.Failures - 1, _chance()));
    }

    /// <summary>An edit is over. This is told of it as soon as no other process can hear otherwise.</summary>
    private void EndMutation(QueuedMutation entry, ClientEffect word)
    {
        _mutations.Remove(entry);
        var ending = _mutations.Ending.Add(entry, word);
        if (_options.KeepsMutations)
            Emit(new ClientEffect.DropMutation(entry.Mutation));
        else
            TellEnd(ending, word);
    }

    private void LetGo(TimeSpan now, EndingMutation ending, ClientEffect word)
    {
        TellEnd(ending, word);

        // One of the same entry may have waited for that.
        if (_mutations.LaneOf(ending.Edit.Mutation.Channel) is { } lane)
            SendMutations(now, lane);
    }

    private void TellEnd(EndingMutation ending, ClientEffect word)
    {
        _mutations.Ending.Remove(ending);
        if (word is ClientEffect.MutationDecided { Outcome: var outcome } && !IsTaken(outcome))
            ShowDecided(outcome, null);
        Emit(word);
    }

    private void ShowDecided(MutationOutcome outcome, string? epoch)
    {
        if (!_byChannel.TryGetValue(outcome.Mutation.Channel, out var subscription) || subscription.View is not { } view)
            return;

        view.Decide(outcome, epoch);
        ShowState(subscription);
    }

    private void EndMutating()
    {
        foreach (var entry in _mutations.Lanes.SelectMany(lane => lane.Entries).ToList())
        {
            if (entry.IsShown && _options.KeepsMutations)
            {
                _mutations.Remove(entry);
                Emit(new ClientEffect.MutationAbandoned(
                    entry.Mutation, new RequestOutcome.Postponed("The client was closed before the answer came. The edit is kept: the next client with the same store sends it.")));
                continue;
            }

            // Whoever is told that an edit was not made must not find it made by the next process.
            EndMutation(entry, new ClientEffect.MutationAbandoned(entry.Mutation, entry.IsSent || entry.MayBeInLog
                ? new RequestOutcome.Unresolved("The client was closed before the answer came.")
                : new RequestOutcome.Rejected(RejectReason.Closed, "The client was closed before the edit was sent.")));
        }

        // There is no later any more.
        AskAgain(TimeSpan.MaxValue);
    }

    private void AskAgain(TimeSpan until)
    {
        while (_mutations.Ending.TakeDue(until) is { } ending)
            Emit(new ClientEffect.DropMutation(ending.Edit.Mutation));
    }

    private static bool IsTaken(MutationOutcome outcome) => outcome.Result is MutationResult.Applied or MutationResult.Merged;

    private static ClientEffect ThoughKept(ClientEffect word, string reason) => word switch
    {
        ClientEffect.MutationDecided decided => new ClientEffect.MutationDecided(decided.Outcome with { IsStillKept = true }),
        ClientEffect.MutationAbandoned abandoned => new ClientEffect.MutationAbandoned(
            abandoned.Mutation, new RequestOutcome.Unresolved("The client was closed before the edit was sent; the store could not let go of it, so that a later process may send it: " + reason)),
        _ => word,
    };

    private const int DropsMax = 5;
}
