using RealTimeActors.Actors;
using RealTimeActors.Actors.Timers;

namespace RealTimeActors.Dispatch.Asking;

/// <summary>The address an ask is answered to: lives until the answer, the timeout or the cancellation, whichever comes first. Cannot be watched.</summary>
internal sealed class Question<TReply>(WheelClock clock, IActorRef target, TimeSpan timeout) : WheelEntry, IActorRef<TReply>
    where TReply : class
{
    // Continuations must not run inside the actor that answers.
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    public ActorPath Path => new(target.Path, "$ask");

    internal Task<TReply> Answer => _answer.Task;

    public void Tell(TReply message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_answer.TrySetResult(message))
            End();
    }

    /// <summary>False when the answer need not be waited for.</summary>
    internal bool Begin(CancellationToken cancellationToken)
    {
        if (!clock.Start(this, timeout))
            _answer.TrySetException(new InvalidOperationException($"{target.Path} cannot be asked: the actor system was killed."));

        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (question, token) => ((Question<TReply>)question!).Cancel(token), this);
            // It may have ended before there was anything to dispose.
            if (Answer.IsCompleted)
                _cancellation.Dispose();
        }

        return !Answer.IsCompleted;
    }

    internal override void OnDue()
    {
        if (_answer.TrySetException(new TimeoutException($"{target.Path} did not answer with {typeof(TReply).Name} within {timeout}.")))
            _cancellation.Dispose();
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (_answer.TrySetCanceled(cancellationToken))
            clock.Cancel(this);
    }

    private void End()
    {
        clock.Cancel(this);
        _cancellation.Dispose();
    }
}
