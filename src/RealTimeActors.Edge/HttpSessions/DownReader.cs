namespace RealTimeActors.Edge.HttpSessions;

/// <summary>A request that fetches a down stream: at most one is attached to a connection, and the newer one wins. Everything here is guarded by the transport.</summary>
/// <param name="name"><c>sse</c> or <c>poll</c>.</param>
/// <param name="abort">Ends the request though it may be in the middle of a write.</param>
internal sealed class DownReader(string name, Action abort)
{
    private TaskCompletionSource? _signal;

    internal string Name => name;

    /// <summary>Since when it is in the middle of a write; 0: it is not.</summary>
    internal long WritingSince { get; set; }

    /// <summary>When it last wrote something.</summary>
    internal long WroteAt { get; set; }

    /// <summary>Whether a sign of life is due, because nothing was written for a while.</summary>
    internal bool IsHeartbeatDue { get; set; }

    internal void Abort() => abort();

    /// <summary>Something may be there to be fetched.</summary>
    internal void Signal()
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
