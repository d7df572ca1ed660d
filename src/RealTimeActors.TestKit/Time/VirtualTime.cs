namespace RealTimeActors.TestKit.Time;

/// <summary>
/// A time door that stands still until it is moved by hand. Timers fall due within <see cref="Advance"/>, on the calling thread, in the order (due time, start).
/// </summary>
/// <remarks>Safe for threads, so that real dispatchers can run on it too. The unit of a timestamp is 100 ns.</remarks>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly TimerHeap _armed = new();
    private readonly DateTimeOffset _start;
    private long _elapsedTicks;
    private long _sequence;
    private long _firedAtOnce;

    /// <summary>Time that begins at the given moment, 2000-01-01 when null.</summary>
    public VirtualTime(DateTimeOffset? start = null) => _start = start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Timers that may fall due at one moment; one more is a <see cref="TimeStandsStillException"/>. One that starts itself again, due at once, would never let time go on. Default 10,000,000.</summary>
    public long TimersAtOnceMax { get; set; } = 10_000_000;

    /// <summary>How far it was moved.</summary>
    public TimeSpan Elapsed => new(GetTimestamp());

    /// <summary>How long until the next timer is due; null when none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_lock)
                return _armed.Next is { } next ? new TimeSpan(next.DueTicks - _elapsedTicks) : null;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Does something once, so much later.</summary>
    public void After(TimeSpan delay, Action act)
    {
        ArgumentNullException.ThrowIfNull(act);
        _ = Once(delay, act);
    }

    /// <summary>Moves on. A timer started by a callback on the way falls due within the same call if its time is passed too.</summary>
    /// <exception cref="TimeStandsStillException">More than <see cref="TimersAtOnceMax"/> timers fell due at one moment.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = GetTimestamp() + by.Ticks;
        while (TakeDue(target) is { } timer)
            timer.Call();
    }

    /// <summary>The same, for whoever may want to take it back.</summary>
    internal VirtualTimer Once(TimeSpan delay, Action act)
    {
        var timer = new VirtualTimer(this, act);
        Arm(timer, delay, Timeout.InfiniteTimeSpan);
        return timer;
    }

    internal void Arm(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            timer.PeriodTicks = period > TimeSpan.Zero ? period.Ticks : 0;
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;

            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            ArmAt(timer, _elapsedTicks + dueTime.Ticks);
        }
    }

    internal void Disarm(VirtualTimer timer)
    {
        lock (_lock)
            _armed.Remove(timer);
    }

    private VirtualTimer? TakeDue(long target)
    {
        lock (_lock)
        {
            var timer = _armed.Next;
            if (timer is null || timer.DueTicks > target)
            {
                if (target > _elapsedTicks)
                    (_elapsedTicks, _firedAtOnce) = (target, 0);

                return null;
            }

            if (timer.DueTicks > _elapsedTicks)
                (_elapsedTicks, _firedAtOnce) = (timer.DueTicks, 0);

            if (++_firedAtOnce > TimersAtOnceMax)
                throw new TimeStandsStillException($"{TimersAtOnceMax} timers fell due at one moment, {new TimeSpan(_elapsedTicks).TotalMilliseconds:0.0000} ms after the start: time cannot go on. The next one is of {timer.Owner}; what starts it again is to wait for something, or for a while.");

            _armed.Remove(timer);
            if (timer.PeriodTicks > 0)
                ArmAt(timer, timer.DueTicks + timer.PeriodTicks);
            return timer;
        }
    }

    private void ArmAt(VirtualTimer timer, long dueTicks)
    {
        timer.DueTicks = dueTicks;
        timer.Sequence = ++_sequence;
        _armed.Add(timer);
    }
}
