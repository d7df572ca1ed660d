using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Mutations;

namespace RealTimeActors.Client.Running;

// States, and edits of them.
internal sealed partial class ClientLoop
{
    private readonly Dictionary<long, EditCall> _edits = [];
    private readonly HashSet<ChannelState> _states = [];
    private readonly MutationKeeper? _keeper;

    private void Edit(TimeSpan now, EditCall call) => _edits.Add(_machine.Mutate(now, call.Frame).Number, call);

    private void MutationsWritten(TimeSpan now, List<MutationRecord> records)
    {
        foreach (var record in records)
        {
            if (record is MutationRecord.Keep keep)
                _machine.MutationKept(now, keep.Mutation.Number);
            else if (record is MutationRecord.Drop drop)
                _machine.MutationDropped(now, drop.Number);
        }
    }

    private void MutationsNotWritten(TimeSpan now, List<MutationRecord> records, string fault)
    {
        foreach (var record in records)
        {
            if (record is MutationRecord.Keep keep)
                _machine.MutationNotKept(now, keep.Mutation.Number, fault);
            else if (record is MutationRecord.Drop drop)
                _machine.MutationNotDropped(now, drop.Number, fault);
        }
    }

    private void CarryOutState(ClientEffect effect)
    {
        switch (effect)
        {
            case ClientEffect.StateShown { Subscription.Host: ChannelState state } shown:
                _states.Add(state);
                ((IFollower)state).Enqueue(shown);
                break;
            case ClientEffect.KeepMutation keep:
                _keeper!.Keep(keep.Mutation);
                break;
            case ClientEffect.DropMutation drop:
                _keeper!.Drop(drop.Mutation);
                break;
            case ClientEffect.MutationPending pending:
                _edits.GetValueOrDefault(pending.Mutation.Number)?.Show(pending.Mutation);
                break;
            case ClientEffect.MutationDecided decided:
                if (_edits.Remove(decided.Outcome.Mutation.Number, out var edit))
                    edit.Decide(decided.Outcome);
                _options.MutationDecided?.Invoke(decided.Outcome);
                break;
            case ClientEffect.MutationAbandoned abandoned when _edits.Remove(abandoned.Mutation.Number, out var call):
                call.Fail(RealTimeException.From(abandoned.Outcome));
                break;
        }
    }

    /// <summary>Documents are kept before another client may take over.</summary>
    private async Task SaveStatesAsync()
    {
        foreach (var state in _states)
            await state.SaveAsync();
    }
}
