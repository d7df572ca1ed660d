using RealTimeActors.Engine.HttpSessions;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>A GET that fetches a down stream. Everything here is guarded by the transport.</summary>
/// <param name="name"><c>sse</c> or <c>poll</c>.</param>
/// <param name="abort">Ends the request though it may be in the middle of a write.</param>
internal sealed class DownRequest(string name, Action abort) : DownReader(name)
{
    private TaskCompletionSource? _signal;

    public override void Abort() => abort();

    public override void Signal()
    {
        var signal = _signal;
        _signal = null;
        signal?.TrySetResult();
    }

    /// <summary>Completes with the next signal. What is waited for must have been looked for within the same lock.</summary>
    internal Task WaitAsync()
    {
        _signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _signal.Task;
    }
}
