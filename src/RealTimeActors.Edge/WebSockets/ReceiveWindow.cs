namespace RealTimeActors.Edge.WebSockets;

/// <summary>How many received bytes Core has not dealt with yet. While they reach the limit, the connection is not read: that is how a full mailbox
/// reaches back to the client.</summary>
internal sealed class ReceiveWindow(int bytesMax)
{
    private readonly Lock _gate = new();
    private long _open;
    private bool _ended;
    private TaskCompletionSource? _opened;

    /// <summary>Bytes were handed to Core.</summary>
    internal void HandedOver(int bytes)
    {
        lock (_gate)
            _open += bytes;
    }

    /// <summary>Core has dealt with them.</summary>
    internal void Consumed(int bytes)
    {
        TaskCompletionSource? opened = null;
        lock (_gate)
        {
            _open -= bytes;
            if (_open < bytesMax)
                (opened, _opened) = (_opened, null);
        }

        opened?.SetResult();
    }

    /// <summary>Nobody waits any more: the connection is closing.</summary>
    internal void End()
    {
        TaskCompletionSource? opened;
        lock (_gate)
        {
            _ended = true;
            (opened, _opened) = (_opened, null);
        }

        opened?.SetResult();
    }

    /// <summary>Completes when bytes may be handed over.</summary>
    internal ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_ended || _open < bytesMax)
                return ValueTask.CompletedTask;

            _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_opened.Task);
        }
    }
}
