using RealTimeActors.TestKit.Time;

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
        var hasFired = false;
        timer = time.Once(delay, Fire);

        // Should the time of this world fire a timer that is due at once while making it.
        if (!hasFired)
            _timers.Add(timer);

        void Fire()
        {
            hasFired = true;
            if (!_isDisposed && (timer is null || _timers.Remove(timer)))
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
