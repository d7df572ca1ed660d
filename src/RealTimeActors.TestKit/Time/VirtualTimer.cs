namespace RealTimeActors.TestKit.Time;

/// <summary>A timer of <see cref="VirtualTime"/>.</summary>
internal sealed class VirtualTimer : ITimer
{
    private readonly VirtualTime _time;
    private readonly TimerCallback? _callback;
    private readonly object? _state;
    private readonly Action? _act;

    private bool _disposed;

    internal VirtualTimer(VirtualTime time, TimerCallback callback, object? state) => (_time, _callback, _state) = (time, callback, state);

    /// <summary>One that does something once.</summary>
    internal VirtualTimer(VirtualTime time, Action act) => (_time, _act) = (time, act);

    internal long DueTicks { get; set; }

    internal long Sequence { get; set; }

    internal long PeriodTicks { get; set; }

    /// <summary>Where it stands among the armed ones; -1: not there.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Whose it is, for somebody who looks for a fault.</summary>
    internal string Owner => ((Delegate?)_callback ?? _act)!.Method is { } method ? $"{method.DeclaringType}.{method.Name}" : "";

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;

        _time.Arm(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _time.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Call()
    {
        if (_act is null)
            _callback!(_state);
        else
            _act();
    }
}
