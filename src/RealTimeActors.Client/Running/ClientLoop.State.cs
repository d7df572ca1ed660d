using RealTimeActors.Client.Machine;

namespace RealTimeActors.Client.Running;

// States, and edits of them.
internal sealed partial class ClientLoop
{
    private readonly Dictionary<long, EditCall> _edits = [];
    private readonly HashSet<ChannelState> _states = [];
    private readonly MutationKeeper? _keeper;

    private void Edit(TimeSpan now, EditCall call) => _edits.Add(_machine.Mutate(now, call.Frame).Number, call);

    private void MutationsKept(TimeSpan now, ClientInput input)
    {
        foreach (var number in (List<long>)input.Subject!)
        {
            if (input.Kind == InputKind.MutationsKept)
                _machine.MutationKept(now, number);
            else
                _machine.MutationNotKept(now, number, input.Text!);
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

    /// <summary>What was decided last is written down, and documents are kept, before another client may take over.</summary>
    private async Task StopStatesAsync()
    {
        if (_keeper is not null)
            await _keeper.StopAsync();
        foreach (var state in _states)
            await state.SaveAsync();
    }
}
