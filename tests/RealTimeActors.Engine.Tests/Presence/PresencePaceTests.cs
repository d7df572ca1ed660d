using RealTimeActors.Engine.Presence;

namespace RealTimeActors.Engine.Tests.Presence;

public sealed class PresencePaceTests
{
    private static readonly TimeSpan _longAgo = TimeSpan.FromHours(1);
    private readonly PresenceOptions _options = new();

    [Theory]
    [InlineData(1, true)]
    [InlineData(200, true)]
    [InlineData(5_000, false)]
    public void After_a_quiet_time_a_change_is_told_as_soon_as_it_has_been_gathered(long members, bool isListed)
        => Assert.Equal(_options.GatheredFor, PresencePace.Wait(_options, members, isListed, _longAgo, 0));

    [Theory]
    [InlineData(50, true, 250)]
    [InlineData(51, true, 500)]
    [InlineData(101, true, 1_000)]
    [InlineData(201, false, 1_000)]
    public void The_more_members_the_more_seldom_are_they_told(long members, bool isListed, int everyMs)
    {
        Assert.Equal(everyMs, PresencePace.Wait(_options, members, isListed, TimeSpan.Zero, 0).TotalMilliseconds);
        Assert.Equal(Math.Max(250, everyMs - 200), PresencePace.Wait(_options, members, isListed, TimeSpan.FromMilliseconds(200), 0).TotalMilliseconds);
    }

    [Fact]
    public void Much_that_was_told_makes_the_next_wait_up_to_a_bound()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), PresencePace.Wait(_options, 10, isListed: true, TimeSpan.Zero, 2 * PresencePace.BytesPerSecondMax));
        Assert.Equal(TimeSpan.FromSeconds(5), PresencePace.Wait(_options, 10, isListed: true, TimeSpan.Zero, long.MaxValue / 2));
    }

    [Fact]
    public void A_longer_gathering_is_kept_everywhere()
    {
        var slow = _options with { GatheredFor = TimeSpan.FromSeconds(3) };

        Assert.Equal(slow.GatheredFor, PresencePace.Wait(slow, 10, isListed: true, TimeSpan.Zero, 0));
        Assert.Equal(4 * slow.GatheredFor, PresencePace.Wait(slow, 5_000, isListed: false, TimeSpan.Zero, 0));
    }
}
