using RealTimeActors.Benchmarks.Cluster;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Tests.Cluster;

/// <summary>What the kernel, a node and the database say of themselves, and what the command line says.</summary>
public sealed class ClusterReadingTests
{
    [Fact]
    public void The_bytes_of_all_connections_are_added_up_and_one_that_carried_none_counts_none()
    {
        const string Said = """
            ESTAB 0      0               127.0.0.1:29815          127.0.0.1:54182
            	 bbr wscale:10,10 rto:204 bytes_sent:4207 bytes_acked:4200 bytes_received:43918 segs_out:56 segs_in:102
            ESTAB 0      0               127.0.0.1:29815          127.0.0.1:54898
            	 bbr wscale:10,10 rto:204 bytes_sent:1351 bytes_acked:1351 segs_out:312
            ESTAB 0      0               127.0.0.1:29815          127.0.0.1:54900
            	 cubic wscale:10,10 rto:204
            """;

        var traffic = SocketTraffic.Read(Said);

        Assert.Equal(new SocketTraffic(5_551, 43_918), traffic);
        Assert.Equal(49_469, traffic.Both);
    }

    [Fact]
    public void A_metric_is_summed_over_its_labels_and_one_with_a_longer_name_is_another()
    {
        const string Said = """
            # TYPE realtime_journal_commit_duration_seconds histogram
            realtime_journal_commit_duration_seconds_count{node="core-1"} 41
            realtime_journal_commit_duration_seconds_count{node="a } b"} 1.5 1700000000000
            realtime_journal_commit_duration_seconds_count_of_others 1000
            realtime_connections 12
            """;

        Assert.Equal(42.5, Exposition.Sum(Said, "realtime_journal_commit_duration_seconds_count"));
        Assert.Equal(12, Exposition.Sum(Said, "realtime_connections"));
        Assert.Equal(0, Exposition.Sum(Said, "realtime_sessions_open"));
    }

    [Theory]
    [InlineData("64", 1, true)]
    [InlineData("30/34", 2, true)]
    [InlineData("16/48", 2, true)]
    [InlineData("15/49", 2, false)]
    [InlineData("30/33", 2, false)]
    [InlineData("64", 2, false)]
    [InlineData("", 1, false)]
    public void Shards_are_placed_when_each_has_an_owner_and_each_owner_half_of_an_equal_part(string counts, int owners, bool expected) =>
        Assert.Equal(expected, ClusterUnderLoad.ArePlaced(counts, owners));

    [Fact]
    public void A_share_is_a_quota_in_the_words_of_either_version_of_control_groups()
    {
        Assert.Equal([("cpu.cfs_period_us", "10000"), ("cpu.cfs_quota_us", "2500")], ProcessorShare.Settings(0.25, isFirst: true));
        Assert.Equal([("cpu.max", "15000 10000")], ProcessorShare.Settings(1.5, isFirst: false));
        Assert.Contains("at least 0.1 of a processor is expected, got 0.05", Assert.Throws<BenchmarkFailure>(() => ProcessorShare.Settings(0.05, isFirst: true)).Message);
    }

    [Fact]
    public void Every_work_compares_clusters_that_differ_in_the_nodes_with_a_share_only()
    {
        foreach (var work in ClusterWork.All.Where(work => work.Topologies.Count > 1))
        {
            Assert.Equal([1, 2], work.Topologies.Select(work.LimitedOf));
            Assert.Single(work.Topologies.Select(topology => work.Limited == LimitedNodes.Owners ? topology.Edges : topology.Owners).Distinct());
        }
    }

    [Fact]
    public void Options_change_every_work_and_without_a_name_all_are_meant()
    {
        var options = ClusterOptions.Parse(["publish", "straight", "--in-flight", "7", "--share", "0.5", "--runs", "5", "--set", "realtime.cluster.lease=5s", "--install"]);

        Assert.Equal(["publish", "straight"], options.Works.Select(work => work.Name));
        Assert.All(options.Works, work => Assert.Equal(7, work.InFlight));
        Assert.Equal((0.5, 5, true), (options.Share, options.Runs, options.Install));
        Assert.Equal(["realtime.cluster.lease=5s"], options.NodeSettings);
        Assert.Equal(ClusterWork.All, ClusterOptions.Parse(["--quick"]).Works);
    }

    [Theory]
    [InlineData("w5", "got 'w5'")]
    [InlineData("publish --share 0.01", "--share wants 0, or processors from 0.1 to 64, got '0.01'")]
    [InlineData("publish --runs 0", "--runs wants a number above 0, got '0'")]
    [InlineData("publish --loudly 3", "unknown option --loudly")]
    [InlineData("publish --runs", "--runs wants a value")]
    public void What_makes_no_sense_is_told_before_anything_is_started(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<BenchmarkFailure>(() => ClusterOptions.Parse(line.Split(' '))).Message);
}
