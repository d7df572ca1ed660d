using FsCheck;
using FsCheck.Fluent;

namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>The laws of the stages, all together, whatever was asked for and whatever happens.</summary>
public sealed class ShaperModelTests
{
    private static readonly Config _runs = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20261121, 1).WithName("shaper");

    [Fact]
    public void What_leaves_and_when_is_what_the_model_says() => Always(_ => { });

    [Fact]
    public void Everything_that_was_pushed_is_written_held_or_left_out() => Always(run =>
    {
        Assert.Equal(run.Pushed.Count, run.Written.Count + run.GivenUp.Count + run.Shaper.Count + run.Shaper.Counts.LeftOut);
        var offsets = run.Written.Select(written => written.Element.Offset).Concat(run.Shaper.HeldOffsets()).ToList();
        Assert.Equal(offsets.Count, offsets.Distinct().Count());
        Assert.Empty(offsets.Except(run.Pushed.Select(element => element.Offset)));
        Assert.All(run.Written, written => Assert.Contains(written.Element, run.Pushed));
    });

    [Fact]
    public void Only_what_the_settings_allow_is_left_out() => Always((script, run) =>
    {
        var s = script.Settings;
        Assert.True(s.DebounceMs > 0 || run.Shaper.Counts.Debounced == 0);
        Assert.True(s.Conflate != Conflation.None || run.Shaper.Counts.Conflated == 0);

        Settle(run);
        var written = run.Written.Select(w => w.Element.Offset).ToHashSet();
        foreach (var element in run.Pushed.Except(run.GivenUp).Where(element => !written.Contains(element.Offset) && element.ExpiresUnixMs == long.MaxValue))
        {
            Assert.True(s.DebounceMs > 0 || s.Conflate != Conflation.None, $"{element} is not written, and nothing was asked for that could leave it out.");
            Assert.DoesNotContain(element.Type, s.Immediate);
            Assert.True(
                run.Pushed.Any(newer => newer.Offset > element.Offset && AreMates(s, element, newer)),
                $"{element} is not written, and there is no newer one that it could stand back for.");
        }
    });

    [Fact]
    public void The_newest_of_every_key_leaves_in_the_end_unless_its_time_is_over() => Always((script, run) =>
    {
        Settle(run);

        var written = run.Written.Select(w => w.Element.Offset).ToHashSet();
        var newest = run.Pushed.Except(run.GivenUp).Where(element => element.ExpiresUnixMs == long.MaxValue && !script.Settings.Immediate.Contains(element.Type))
            .GroupBy(element => element.Key ?? "")
            .Select(group => group.MaxBy(element => element.Offset))
            .Where(last => !run.Pushed.Any(newer => newer.Offset > last.Offset && AreMates(script.Settings, last, newer)));
        Assert.All(newest, last => Assert.Contains(last.Offset, written));
    });

    [Fact]
    public void Within_a_lane_offsets_ascend_but_for_what_debounce_held_back_and_in_order_all_do() => Always((script, run) =>
    {
        var s = script.Settings;
        if (s.DebounceMs > 0 && !s.InOrder)
            return;

        foreach (var lane in run.Written.GroupBy(written => s.InOrder ? 0 : written.Element.Lane))
            Assert.All(lane.Zip(lane.Skip(1)), pair => Assert.True(pair.First.Element.Offset < pair.Second.Element.Offset));
    });

    [Fact]
    public void Of_one_key_in_one_lane_a_newer_one_never_leaves_first_but_for_immediate_types() => Always((script, run) =>
    {
        var ordered = run.Written.Where(written => !script.Settings.Immediate.Contains(written.Element.Type) && !string.IsNullOrEmpty(written.Element.Key));
        foreach (var key in ordered.GroupBy(written => (written.Element.Key, written.Element.Lane)))
            Assert.All(key.Zip(key.Skip(1)), pair => Assert.True(pair.First.Element.Offset < pair.Second.Element.Offset));
    });

    [Fact]
    public void Bounds_hold_but_for_the_one_that_reaches_them() => Always((script, run) =>
    {
        Assert.True(run.Shaper.Count <= script.Settings.HeldMax);
        Assert.True(run.Shaper.Bytes < script.Settings.HeldBytesMax + 600);
    });

    [Fact]
    public void Never_more_than_the_rate_in_any_window_of_a_second_but_for_critical_ones_and_a_flush() => Always((script, run) =>
    {
        var s = script.Settings;
        if (s.MaxPerSecond == 0 || script.Actions.Any(action => action is ShaperAction.Flush))
            return;

        Settle(run);
        for (var last = 0; last < run.Written.Count; last++)
        {
            var (element, at) = run.Written[last];
            if (element.Lane == Lanes.Critical && !s.InOrder)
                continue;

            var inWindow = run.Written.Take(last + 1).Count(written => written.AtUnixMs > at - 1_000);
            Assert.True(inWindow <= s.MaxPerSecond, $"{inWindow} in the second up to {at}, {s.MaxPerSecond} are allowed.");
        }
    });

    [Fact]
    public void Critical_ones_wait_neither_for_the_batch_nor_for_the_rate() => Always((script, run) =>
    {
        if (script.Settings.DebounceMs > 0 || script.Settings.InOrder)
            return;

        run.Write();

        var held = run.Shaper.HeldOffsets().ToHashSet();
        Assert.DoesNotContain(run.Pushed, element => element.Lane == Lanes.Critical && held.Contains(element.Offset));
    });

    [Fact]
    public void Nothing_becomes_free_to_leave_before_it_was_said_and_no_wake_up_is_in_vain_for_long() => Always(run =>
    {
        run.Write();
        for (var i = 0; i < 10 && run.Shaper.DueUnixMs(run.NowUnixMs) is { } due; i++)
        {
            for (var at = run.NowUnixMs + 1; at < due; at++)
                Assert.False(run.MayLeaveNow(at), $"At {at} something may leave; {due} was said at {run.NowUnixMs}.");

            var (debounced, expired) = (run.DebouncedCount, run.Shaper.Counts.Expired);
            Assert.True(run.WaitUntilDue());
            var isMore = run.Write() > 0 || run.Shaper.Counts.Expired > expired || run.DebouncedCount < debounced;
            Assert.True(isMore, $"At {due} nothing leaves, neither the connection nor debounce, though it was said.");
        }
    });

    private static void Settle(ShaperRun run)
    {
        // In vain at most once per element, and at least one leaves in each second.
        var wakeUpsMax = 2 + (3 * run.Shaper.Count);
        run.Write();
        for (var i = 0; run.WaitUntilDue(); i++)
        {
            Assert.True(i < wakeUpsMax, $"After {i} wake-ups {run.Shaper.Count} are still held.");
            run.Write();
        }

        Assert.Equal(0, run.Shaper.Count);
        Assert.Equal(0, run.Shaper.Bytes);
    }

    private static bool AreMates(ShapeSettings s, Element<string> one, Element<string> other)
    {
        if (s.Immediate.Contains(other.Type))
            return false;

        var shareKey = !string.IsNullOrEmpty(one.Key) && one.Key == other.Key;
        var shareNone = string.IsNullOrEmpty(one.Key) && string.IsNullOrEmpty(other.Key);
        return s.Conflate switch
        {
            Conflation.Channel => true,
            Conflation.Key => shareKey || (shareNone && s.DebounceMs > 0),
            _ => s.DebounceMs > 0,
        };
    }

    private static void Always(Action<ShaperRun> law) => Always((_, run) => law(run));

    private static void Always(Action<ShaperScript, ShaperRun> law) => Prop.ForAll(ShaperScripts.Any, script => law(script, ShaperRun.Of(script))).Check(_runs);
}
