using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Actors.Tests.Time;

public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void Timers_fall_due_in_the_order_of_time_and_then_of_their_start()
    {
        Timer("b", 2);
        Timer("a", 1);
        Timer("c", 2);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["a at 1", "b at 2", "c at 2"], _calls);
        Assert.Equal(5, _time.Elapsed.TotalSeconds);
    }

    [Fact]
    public void A_periodic_timer_repeats_until_it_is_disposed()
    {
        var timer = Timer("p", 1, period: 2);

        _time.Advance(TimeSpan.FromSeconds(6));
        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["p at 1", "p at 3", "p at 5"], _calls);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Null(_time.UntilNextTimer);
    }

    [Fact]
    public void A_timer_that_is_started_on_the_way_falls_due_within_the_same_step()
    {
        using var first = _time.CreateTimer(_ => Timer("second", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["second at 2"], _calls);
    }

    [Fact]
    public void Clock_and_timestamp_move_together()
    {
        var before = _time.GetUtcNow();
        var stamp = _time.GetTimestamp();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.FromHours(1), _time.GetUtcNow() - before);
        Assert.Equal(TimeSpan.FromHours(1), _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void Who_starts_his_timer_again_and_again_for_the_present_moment_is_named_instead_of_waited_for()
    {
        _time.TimersAtOnceMax = 100;
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        var stuck = Assert.Throws<TimeStandsStillException>(() => _time.Advance(TimeSpan.FromSeconds(2)));

        Assert.Contains("100 timers fell due at one moment", stuck.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(VirtualTimeTests), stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_timers_as_may_be_at_every_moment_let_time_go_on()
    {
        _time.TimersAtOnceMax = 2;
        for (var due = 1; due <= 3; due++)
        {
            Timer("a", due);
            Timer("b", due);
        }

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(6, _calls.Count);
    }

    private ITimer Timer(string name, double due, double period = 0) =>
        _time.CreateTimer(
            _ => _calls.Add($"{name} at {_time.Elapsed.TotalSeconds}"),
            null,
            TimeSpan.FromSeconds(due),
            period == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
}
