using RealTimeActors.Server.MachineFigures.Network;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class NetworkFiguresTests
{
    private const string Header = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """;

    private static readonly TimeSpan _halfASecond = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void Adds_up_what_the_interfaces_carried_per_second_without_the_loopback()
    {
        var earlier = NetworkCounters.Parse(Header + """
                lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
              eth0: 310924384    5919    0    0    0     0          0         0   287591    3960    0    0    0     0       0          0
             wlan0:      10       1    0    0    0     0          0         0       20       2    0    0    0     0       0          0
            """);
        var now = NetworkCounters.Parse(Header + """
                lo:  903193     929    0    0    0     0          0         0   903193     929    0    0    0     0       0          0
              eth0: 310925384    5921    0    0    0     0          0         0   287691    3963    0    0    0     0       0          0
             wlan0:     110       2    0    0    0     0          0         0       20       2    0    0    0     0       0          0
            """);

        var figures = NetworkFigures.Between(earlier, now, _halfASecond);

        Assert.Equal(2_200, figures.ReceivedBytesPerSecond);
        Assert.Equal(6, figures.ReceivedPacketsPerSecond);
        Assert.Equal(200, figures.SentBytesPerSecond);
        Assert.Equal(6, figures.SentPacketsPerSecond);
        Assert.Equal(2, figures.Interfaces);
    }

    [Fact]
    public void Reads_a_name_that_touches_its_first_number_and_an_alias_with_a_colon_of_its_own()
    {
        var counters = NetworkCounters.Parse("eth0:4294967295 5 0 0 0 0 0 0 7 8 0 0 0 0 0 0\neth0:1:10 1 0 0 0 0 0 0 2 3 0 0 0 0 0 0");

        Assert.Equal(new InterfaceTotals(4_294_967_295, 5, 7, 8), counters.Interfaces["eth0"]);
        Assert.Equal(new InterfaceTotals(10, 1, 2, 3), counters.Interfaces["eth0:1"]);
    }

    [Fact]
    public void A_new_interface_counts_from_the_next_look_on_and_one_that_vanished_no_longer()
    {
        var earlier = NetworkCounters.Parse("eth0: 100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\ntun0: 100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0");
        var now = NetworkCounters.Parse("eth0: 200 2 0 0 0 0 0 0 100 1 0 0 0 0 0 0\ntun1: 99999 9 0 0 0 0 0 0 99999 9 0 0 0 0 0 0");

        var figures = NetworkFigures.Between(earlier, now, _halfASecond);

        Assert.Equal(200, figures.ReceivedBytesPerSecond);
        Assert.Equal(0, figures.SentBytesPerSecond);
        Assert.Equal(2, figures.Interfaces);
    }

    [Fact]
    public void A_counter_that_wrapped_or_was_reset_counts_as_zero()
    {
        var earlier = NetworkCounters.Parse("eth0: 4294967290 100 0 0 0 0 0 0 100 1 0 0 0 0 0 0");
        var now = NetworkCounters.Parse("eth0: 50 101 0 0 0 0 0 0 200 2 0 0 0 0 0 0");

        var figures = NetworkFigures.Between(earlier, now, _halfASecond);

        Assert.Equal(0, figures.ReceivedBytesPerSecond);
        Assert.Equal(2, figures.ReceivedPacketsPerSecond);
        Assert.Equal(200, figures.SentBytesPerSecond);
    }

    [Fact]
    public void A_machine_without_a_network_carries_nothing()
    {
        var counters = NetworkCounters.Parse(Header);

        var figures = NetworkFigures.Between(counters, counters, _halfASecond);

        Assert.Equal(0, figures.ReceivedBytesPerSecond);
        Assert.Equal(0, figures.Interfaces);
    }
}
