using RealTimeActors.Server.MachineFigures.Disk;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class DiskFiguresTests
{
    private static readonly TimeSpan _twoSeconds = TimeSpan.FromSeconds(2);

    [Fact]
    public void Adds_up_what_the_disks_did_per_second()
    {
        var earlier = DiskCounters.Parse("""
               8       0 sda 100 0 2000 10 200 0 4000 20 0 1000 30
             259       0 nvme0n1 10 0 20 1 20 0 40 2 0 500 3 0 0 0 0 0 0
            """);
        var now = DiskCounters.Parse("""
               8       0 sda 104 9 2400 10 220 9 4800 20 0 1400 30
             259       0 nvme0n1 12 0 24 1 20 0 40 2 0 600 3 0 0 0 0 0 0
            """);

        var figures = DiskFigures.Between(earlier, now, _twoSeconds);

        Assert.Equal(404 * 512 / 2, figures.ReadBytesPerSecond);
        Assert.Equal(800 * 512 / 2, figures.WrittenBytesPerSecond);
        Assert.Equal(3, figures.ReadsPerSecond);
        Assert.Equal(10, figures.WritesPerSecond);
        Assert.Equal(20, figures.BusyPercent); // The busiest one: 400 ms of 2,000.
        Assert.Equal(2, figures.Disks);
    }

    [Fact]
    public void Counts_whole_disks_and_neither_their_partitions_nor_what_stands_on_them()
    {
        var counters = DiskCounters.Parse(string.Join('\n',
            new[]
            {
                "loop0", "ram0", "zram0", "dm-0", "md127", "sr0", "fd0", "sda", "sda1", "sda15", "sdab", "sdab2", "vda", "vda1", "nvme0n1", "nvme0n1p1", "nvme1n1",
                "mmcblk0", "mmcblk0p2", "mmcblk0boot0", "xvda1",
            }.Select(name => $"8 0 {name} 1 0 2 0 1 0 2 0 0 1 1")));

        // A machine may show a partition without its disk (xvda1): then it is all there is of it.
        Assert.Equal(
            ["mmcblk0", "mmcblk0boot0", "nvme0n1", "nvme1n1", "sda", "sdab", "vda", "xvda1"],
            counters.Disks.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_new_disk_counts_from_the_next_look_on_and_one_that_vanished_no_longer()
    {
        var earlier = DiskCounters.Parse("8 0 sda 10 0 100 0 10 0 100 0 0 0 0\n8 16 sdb 10 0 100 0 10 0 100 0 0 0 0");
        var now = DiskCounters.Parse("8 0 sda 12 0 102 0 10 0 100 0 0 0 0\n8 32 sdc 9999 0 99999 0 9999 0 99999 0 0 9999 0");

        var figures = DiskFigures.Between(earlier, now, _twoSeconds);

        Assert.Equal(512, figures.ReadBytesPerSecond);
        Assert.Equal(0, figures.WrittenBytesPerSecond);
        Assert.Equal(2, figures.Disks);
    }

    [Fact]
    public void A_counter_that_wrapped_or_was_reset_counts_as_zero_and_the_others_go_on()
    {
        var earlier = DiskCounters.Parse("8 0 sda 4294967290 0 4294967290 0 10 0 100 0 0 4294967000 0");
        var now = DiskCounters.Parse("8 0 sda 4 0 120 0 12 0 104 0 0 200 0");

        var figures = DiskFigures.Between(earlier, now, _twoSeconds);

        Assert.Equal(0, figures.ReadsPerSecond);
        Assert.Equal(0, figures.ReadBytesPerSecond);
        Assert.Equal(0, figures.BusyPercent);
        Assert.Equal(1, figures.WritesPerSecond);
        Assert.Equal(1024, figures.WrittenBytesPerSecond);
    }

    [Fact]
    public void Two_looks_at_the_same_moment_are_zero()
    {
        var earlier = DiskCounters.Parse("8 0 sda 1 0 2 0 1 0 2 0 0 1 1");
        var now = DiskCounters.Parse("8 0 sda 9 0 9 0 9 0 9 0 0 9 9");

        var figures = DiskFigures.Between(earlier, now, TimeSpan.Zero);

        Assert.Equal(0, figures.ReadBytesPerSecond);
        Assert.Equal(0, figures.BusyPercent);
    }

    [Fact]
    public void Lines_that_are_not_understood_are_left_out()
    {
        var counters = DiskCounters.Parse("8 0 sda 1 0 2\n\nnonsense\n8 0 sdb x 0 2 0 1 0 2 0 0 1 1\n8 0 sdc 1 0 2 0 1 0 2 0 0 1 1\n");

        Assert.Equal(["sdc"], counters.Disks.Keys);
    }
}
