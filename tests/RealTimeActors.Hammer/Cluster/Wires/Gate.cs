namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>One direction between two ends. While it is shut, what was sent waits, as it waits to be sent again on a line that is cut.</summary>
internal sealed class Gate
{
    private volatile TaskCompletionSource? _shut;

    internal void Shut() => _shut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Open()
    {
        var shut = _shut;
        _shut = null;
        shut?.SetResult();
    }

    /// <summary>Ends when it is open.</summary>
    internal Task PassAsync() => _shut?.Task ?? Task.CompletedTask;
}
