namespace RealTimeActors.TestKit.Time;

/// <summary>A timer of <see cref="VirtualTime"/>.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    private bool _disposed;

    internal long DueTicks { get; set; }

    internal long Sequence { get; set; }

    internal long PeriodTicks { get; set; }

    /// <summary>Where it stands among the armed ones; -1: not there.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Whose it is, for somebody who looks for a fault.</summary>
    internal string Owner => $"{callback.Method.DeclaringType}.{callback.Method.Name}";

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;

        time.Arm(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        time.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal bool IsBefore(VirtualTimer other) => DueTicks != other.DueTicks ? DueTicks < other.DueTicks : Sequence < other.Sequence;

    internal void Call() => callback(state);
}
