using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class RetryRuleTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(9, 256)]
    [InlineData(10, 300)]
    [InlineData(int.MaxValue, 300)]
    public void The_pause_doubles_with_each_delivery_up_to_the_longest(int deliveries, int seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), RetryRule.Default.PauseAfter(deliveries));

    [Fact]
    public void Without_a_delay_there_is_no_pause()
        => Assert.Equal(TimeSpan.Zero, new RetryRule { Delay = TimeSpan.Zero }.PauseAfter(4));

    [Fact]
    public void A_delay_beyond_the_longest_pause_is_the_pause()
        => Assert.Equal(TimeSpan.FromHours(1), new RetryRule { Delay = TimeSpan.FromHours(1) }.PauseAfter(3));
}
