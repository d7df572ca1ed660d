namespace RealTimeActors.TestKit.Journals;

/// <summary>Things that happen later, in virtual time, until the process is gone.</summary>
internal sealed class Deliveries(TimeProvider time) : IDisposable
{
    private readonly HashSet<ITimer> _timers = [];
    private DateTimeOffset _lastInOrder;
    private bool _isDisposed;

    internal void After(TimeSpan delay, Action act)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timers.Add(timer);

        // Armed only when it is known, should the time of this world fire a timer that is due at once while making it.
        timer.Change(delay, Timeout.InfiniteTimeSpan);

        void Fire()
        {
            if (_isDisposed || !_timers.Remove(timer!))
                return;

            timer!.Dispose();
            act();
        }
    }

    /// <summary>The same, and never before one that was asked for earlier in this way.</summary>
    internal void InOrderAfter(TimeSpan delay, Action act)
    {
        var due = time.GetUtcNow() + delay;
        if (due <= _lastInOrder)
            due = _lastInOrder.AddTicks(1);

        _lastInOrder = due;
        After(due - time.GetUtcNow(), act);
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var timer in _timers)
            timer.Dispose();

        _timers.Clear();
    }
}
