using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Running;

/// <summary>A publish, a read, a refresh or a word of presence that somebody awaits.</summary>
internal sealed class PendingCall(ClientFrame frame)
{
    private readonly TaskCompletionSource<RequestOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ClientFrame Frame { get; } = frame;

    /// <summary>The machine's number for it, once the loop has passed it on.</summary>
    internal long Request { get; set; }
    internal Task<RequestOutcome> Outcome => _outcome.Task;

    internal void Complete(RequestOutcome outcome) => _outcome.TrySetResult(outcome);

    internal void Fail(Exception fault) => _outcome.TrySetException(fault);
}
