using System.Threading.Tasks.Sources;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>Wakes one waiter, again and again, without anything being made for it. A signal that comes while nobody waits is kept; several are one.</summary>
internal sealed class Wakeup : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private bool _isWaiting;
    private bool _isSignalled;

    internal void Signal()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isSignalled = true;
                return;
            }

            _isWaiting = false;
            _source.SetResult(true);
        }
    }

    internal ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isSignalled)
            {
                _isSignalled = false;
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _isWaiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
