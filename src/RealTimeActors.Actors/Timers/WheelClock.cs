using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors.Timers;

/// <summary>Drives one wheel of 1 ms ticks with one timer of the time door: no timer, task or thread per actor.</summary>
/// <remarks>An entry never falls due early; it may be late by up to two milliseconds and by what the time door itself is late.</remarks>
internal sealed class WheelClock : IDisposable
{
    // ITimer takes at most 49 days. Waking up once a day for nothing costs nothing.
    private static readonly TimeSpan _sleepMax = TimeSpan.FromDays(1);

    private readonly TimerWheel _wheel = new();
    private readonly IGate _gate;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;
    private long _sequence;
    private bool _closed;

    internal WheelClock(TimeProvider time, IGate gate)
    {
        _time = time;
        _gate = gate;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static clock => ((WheelClock)clock!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the entry fall due after the delay; at once, within this call, when there is none. Delays beyond 34 years are cut to that.</summary>
    /// <returns>False when the system was killed: it will never fall due.</returns>
    internal bool Start(WheelEntry entry, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            entry.Due = Now().Ticks / TimeSpan.TicksPerMillisecond;
            entry.OnDue();
            return true;
        }

        var ticks = Math.Min(delay.Ticks, TimerWheel.TicksMax * TimeSpan.TicksPerMillisecond);
        _gate.Enter();
        try
        {
            if (_closed)
                return false;
            entry.Due = RoundUp(Now().Ticks + ticks);
            Add(entry);
            return true;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Starts a periodic entry again: at the next multiple of the period after its last due time that is still to come.</summary>
    internal void StartAgain(WheelEntry entry, TimeSpan period)
    {
        _gate.Enter();
        try
        {
            if (_closed)
                return;
            var periodTicks = Math.Clamp(RoundUp(period.Ticks), 1, TimerWheel.TicksMax);
            var now = Now().Ticks / TimeSpan.TicksPerMillisecond;
            entry.Due += periodTicks * Math.Max(1, 1 + ((now - entry.Due) / periodTicks));
            Add(entry);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Takes the entry back. False when it is not waiting: never started, or just fallen due.</summary>
    internal bool Cancel(WheelEntry entry)
    {
        _gate.Enter();
        try
        {
            return _wheel.Remove(entry);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Nothing falls due any more.</summary>
    public void Dispose()
    {
        _gate.Enter();
        _closed = true;
        _gate.Leave();
        _timer.Dispose();
    }

    private static long RoundUp(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    private TimeSpan Now() => _time.GetElapsedTime(_origin);

    private void Add(WheelEntry entry)
    {
        entry.Sequence = ++_sequence;
        _wheel.Add(entry);
        Arm();
    }

    private void Arm()
    {
        var next = _wheel.NextTick;
        if (next >= _armedFor)
            return;

        _armedFor = next;
        var sleep = TimeSpan.FromMilliseconds(Math.Max(0, RoundUp((next * TimeSpan.TicksPerMillisecond) - Now().Ticks)));
        _timer.Change(sleep < _sleepMax ? sleep : _sleepMax, Timeout.InfiniteTimeSpan);
    }

    private void OnTime()
    {
        var due = new List<WheelEntry>();
        _gate.Enter();
        try
        {
            if (_closed)
                return;
            _wheel.Advance(Now().Ticks / TimeSpan.TicksPerMillisecond, due);
            _armedFor = long.MaxValue;
            Arm();
        }
        finally
        {
            _gate.Leave();
        }

        foreach (var entry in due)
            entry.OnDue();
    }
}
