namespace RealTimeActors.Sharding.Tcp.Tests;

public sealed class SeldomTests
{
    [Fact]
    public void One_node_that_cannot_be_linked_with_does_not_hide_another()
    {
        var seldom = new Seldom(TimeProvider.System);

        Assert.True(seldom.MaySay("core-3#5", LinkRefusal.Tls, out _));
        Assert.True(seldom.MaySay("core-4#6", LinkRefusal.Tls, out _));
        Assert.True(seldom.MaySay("core-3#5", LinkRefusal.Secret, out _));
        Assert.False(seldom.MaySay("core-3#5", LinkRefusal.Tls, out _));
    }

    [Fact]
    public void Those_who_call_and_whom_nobody_knows_are_spoken_of_together()
    {
        var seldom = new Seldom(TimeProvider.System);

        Assert.True(seldom.MaySay(dialed: null, LinkRefusal.Secret, out _));
        Assert.False(seldom.MaySay(dialed: null, LinkRefusal.Secret, out _));
    }
}
