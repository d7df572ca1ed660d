using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class StartPositionTests
{
    [Fact]
    public void Now_is_the_head_and_earliest_is_before_the_first()
    {
        Assert.Equal(new StartPosition("k", 20, 20, Recovered.None, null), StartPosition.Resolve(From.Now, "k", first: 11, head: 20));
        Assert.Equal(new StartPosition("k", 10, 20, Recovered.None, null), StartPosition.Resolve(From.Earliest, "k", first: 11, head: 20));
    }

    [Theory]
    [InlineData(3, 17)]
    [InlineData(0, 20)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(1_000_000, 10)]
    public void Last_n_goes_back_as_far_as_there_is_something(long count, long offset) =>
        Assert.Equal(offset, StartPosition.Resolve(new From.Last(count), "k", first: 11, head: 20).Offset);

    [Fact]
    public void A_position_within_the_log_is_recovered_in_full()
    {
        Assert.Equal(new StartPosition("k", 15, 20, Recovered.Full, null), At("k", 15));
        Assert.Equal(new StartPosition("k", 20, 20, Recovered.Full, null), At("k", 20));
        Assert.Equal(new StartPosition("k", 10, 20, Recovered.Full, null), At("k", 10));
    }

    [Fact]
    public void A_position_before_the_first_names_exactly_what_retention_took() =>
        Assert.Equal(new StartPosition("k", 10, 20, Recovered.Gap, new OffsetRange(4, 10)), At("k", 3));

    [Fact]
    public void Another_epoch_and_an_offset_beyond_the_head_are_a_reset()
    {
        Assert.Equal(new StartPosition("k", 10, 20, Recovered.Reset, null), At("other", 15));
        Assert.Equal(new StartPosition("k", 10, 20, Recovered.Reset, null), At("k", 21));
    }

    private static StartPosition At(string epoch, long offset) => StartPosition.Resolve(new From.Position(epoch, offset), "k", first: 11, head: 20);
}
