namespace RealTimeActors.Edge.WebSockets;

/// <summary>How many received bytes Core has not dealt with yet. While they reach the limit, the connection is not read: that is how a full mailbox
/// reaches back to the client.</summary>
internal sealed class ReceiveWindow(int bytesMax, Lock? gate = null)
{
    /// <summary>That of the transport, where it has one to share.</summary>
    private readonly Lock _gate = gate ?? new Lock();
    private long _open;
    private bool _ended;
    private TaskCompletionSource? _opened;
    private IThreadPoolWorkItem? _waiting;

    /// <summary>Bytes were handed to Core.</summary>
    internal void HandedOver(int bytes)
    {
        lock (_gate)
            _open += bytes;
    }

    /// <summary>Core has dealt with them.</summary>
    internal void Consumed(int bytes)
    {
        lock (_gate)
        {
            _open -= bytes;
            if (_open >= bytesMax)
                return;
        }

        GoOn();
    }

    /// <summary>Nobody waits any more: the connection is closing.</summary>
    internal void End()
    {
        lock (_gate)
            _ended = true;

        GoOn();
    }

    /// <summary>Whether bytes may be handed over; if not, the reader is queued to the thread pool when they may.</summary>
    internal bool TryPass(IThreadPoolWorkItem reader)
    {
        lock (_gate)
        {
            if (_ended || _open < bytesMax)
                return true;

            _waiting = reader;
            return false;
        }
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

    private void GoOn()
    {
        TaskCompletionSource? opened;
        IThreadPoolWorkItem? waiting;
        lock (_gate)
        {
            (opened, _opened) = (_opened, null);
            (waiting, _waiting) = (_waiting, null);
        }

        opened?.SetResult();
        if (waiting is not null)
            ThreadPool.UnsafeQueueUserWorkItem(waiting, preferLocal: false);
    }
}
