using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class WorkloadListTests
{
    [Fact]
    public void Every_workload_is_for_contenders_that_exist_and_take_it_and_the_product_comes_first()
    {
        foreach (var workload in WorkloadList.All)
        {
            Assert.Equal("realtime", workload.Contenders[0]);
            Assert.All(workload.Contenders, name => Assert.True(PeerList.Named(name).Takes(workload), $"{name} does not take {workload.Name}"));
        }
    }

    [Fact]
    public void Every_target_is_of_a_workload_that_exists()
    {
        var names = WorkloadList.All.Select(workload => workload.Name).ToHashSet();

        Assert.All(Targets.All, target => Assert.Contains(target.Work, names));
    }

    [Theory]
    [InlineData("w1", "W1-1000 W1-5000")]
    [InlineData("w1-k1", "W1-K1")]
    [InlineData("w5", "W5-1 W5-100 W5-1000")]
    [InlineData("w5-1", "W5-1")]
    [InlineData("w8", "W8 W8-slow")]
    public void A_name_stands_for_one_workload_or_for_its_sizes(string name, string expected) =>
        Assert.Equal(expected, string.Join(' ', WorkloadList.Named(name)!.Select(workload => workload.Name)));

    [Fact]
    public void Options_change_every_workload_that_was_named()
    {
        var options = RunOptions.Parse(["w1", "w4", "--in-flight", "7", "--runs", "5", "--contenders", "realtime,floor", "--install"]);

        Assert.All(options.Workloads, workload => Assert.Equal(7, workload.InFlight));
        Assert.Equal((5, true), (options.Runs, options.Install));
        Assert.Equal(["realtime", "floor"], options.ContendersOf(options.Workloads[0]).Select(peer => peer.Name));
    }

    [Theory]
    [InlineData("w1 --contenders realtime,kafka", "unknown contender 'kafka'")]
    [InlineData("w1 --runs many", "--runs wants a number, got 'many'")]
    [InlineData("w1 --loudly 3", "unknown option --loudly")]
    [InlineData("w1 --runs", "--runs wants a value")]
    [InlineData("w9", "WORKLOAD…")]
    public void What_makes_no_sense_is_told_before_anything_is_measured(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<BenchmarkFailure>(() => RunOptions.Parse(line.Split(' '))).Message);
}
