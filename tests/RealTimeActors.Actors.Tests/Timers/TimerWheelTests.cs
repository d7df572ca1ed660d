using RealTimeActors.Actors.Timers;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Actors.Tests.Timers;

public sealed class TimerWheelTests
{
    private readonly TimerWheel _wheel = new();
    private readonly List<WheelEntry> _due = [];
    private long _sequence;

    [Fact]
    public void Agrees_with_a_sorted_list_over_many_random_starts_cancels_and_steps()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var chance = new Xoshiro256(seed, "wheel");
            var wheel = new TimerWheel();
            var model = new List<Entry>();
            var now = 0L;
            for (var step = 0; step < 2_000; step++)
            {
                if (chance.OneIn(3))
                {
                    var tick = now + Span(chance);
                    var expected = model.Where(e => e.Due <= tick).OrderBy(e => e.Due).ThenBy(e => e.Sequence).ToList();
                    _due.Clear();
                    wheel.Advance(tick, _due);
                    now = tick;

                    Assert.Equal(expected, _due);
                    model.RemoveAll(e => e.Due <= tick);
                }
                else if (chance.OneIn(4) && model.Count > 0)
                {
                    var entry = model[chance.Below(model.Count)];
                    Assert.True(wheel.Remove(entry));
                    Assert.False(wheel.Remove(entry));
                    model.Remove(entry);
                }
                else
                {
                    var entry = new Entry { Due = now + Span(chance), Sequence = ++_sequence };
                    wheel.Add(entry);
                    model.Add(entry);
                }

                Assert.True(wheel.NextTick <= (model.Count == 0 ? long.MaxValue : model.Min(e => e.Due)));
                Assert.True(wheel.NextTick > now);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(TimerWheel.TicksMax)]
    public void Falls_due_at_its_tick_and_not_before(long tick)
    {
        _wheel.Add(new Entry { Due = tick });

        _wheel.Advance(tick - 1, _due);
        Assert.Empty(_due);
        _wheel.Advance(tick, _due);

        Assert.Single(_due);
        Assert.Equal(long.MaxValue, _wheel.NextTick);
    }

    [Fact]
    public void An_entry_cannot_be_started_twice()
    {
        var entry = new Entry { Due = 5 };
        _wheel.Add(entry);

        Assert.Throws<InvalidOperationException>(() => _wheel.Add(entry));
    }

    private static long Span(Xoshiro256 chance) => 1 + ((long)chance.Next() & ((1L << chance.Below(30)) - 1));

    private sealed class Entry : WheelEntry
    {
        internal override void OnDue() { }
    }
}
