using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Running;

/// <summary>An edit that somebody makes: first it is to be shown, then decided.</summary>
internal sealed class EditCall
{
    private readonly TaskCompletionSource<StateEdit> _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MutationOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal EditCall(ClientFrame.Mutate frame)
    {
        Frame = frame;
        _ = _shown.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // Nobody has to await it,
        _ = _outcome.Task.ContinueWith(task => task.Exception, TaskScheduler.Default); // nor this.
    }

    internal ClientFrame.Mutate Frame { get; }

    internal Task<StateEdit> Shown => _shown.Task;

    internal void Show(PendingMutation mutation) => _shown.TrySetResult(new StateEdit(mutation, _outcome.Task));

    internal void Decide(MutationOutcome outcome) => _outcome.TrySetResult(outcome);

    internal void Fail(Exception fault)
    {
        _shown.TrySetException(fault);
        _outcome.TrySetException(fault);
    }
}
