using RealTimeActors.Benchmarks.Cluster;
using RealTimeActors.Benchmarks.Peers;
using RealTimeActors.Benchmarks.Reports;
using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Tests.Cluster;

public sealed class ClusterFiguresTests
{
    private static readonly ClusterWork _publish = ClusterWork.Named(["publish"])[0];
    private static readonly ClusterWork _fanOut = ClusterWork.Named(["fan-out"])[0];

    [Fact]
    public void What_was_spent_is_divided_among_the_events_by_part()
    {
        var before = new Spent { Edge = 1, Core = 2, Database = 3, Load = 4, Machine = 20, LinkBytes = 100, DatabaseBytes = 100, WalBytes = 100, Commits = 10 };
        var after = new Spent { Edge = 1.5, Core = 3, Database = 5, Load = 4.25, Machine = 24, LinkBytes = 5_000_100, DatabaseBytes = 4_000_100, WalBytes = 6_000_100, Commits = 1_010 };

        var figures = ClusterFigures.Of(_publish, _publish.Topologies[0], share: 0.2, after - before, seconds: 5, receipts: 10_000, deliveries: 0);

        Assert.Equal(2_000, figures[Metric.Receipts]);
        Assert.Equal(50, figures[ClusterMetric.EdgePerEvent]!.Value, precision: 6);
        Assert.Equal(100, figures[ClusterMetric.CorePerEvent]!.Value, precision: 6);
        Assert.Equal(200, figures[ClusterMetric.DatabasePerEvent]!.Value, precision: 6);
        Assert.Equal(25, figures[ClusterMetric.LoadPerEvent]!.Value, precision: 6);
        Assert.Equal((500, 400, 600), (figures[ClusterMetric.LinkBytes], figures[ClusterMetric.DatabaseBytes], figures[ClusterMetric.WalBytes]));
        Assert.Equal((10, 200), (figures[ClusterMetric.EventsPerCommit], figures[ClusterMetric.Commits]));
        Assert.Equal(0.25 / 5, figures[Metric.OtherCpu]!.Value, precision: 6);
    }

    [Fact]
    public void The_share_that_was_used_is_of_all_nodes_that_have_one()
    {
        var spent = new Spent { Edge = 0.3, Core = 1.8 };

        var one = ClusterFigures.Of(_publish, _publish.Topologies[0], share: 0.2, spent, seconds: 5, receipts: 1, deliveries: 0);
        var two = ClusterFigures.Of(_publish, _publish.Topologies[1], share: 0.2, spent, seconds: 5, receipts: 1, deliveries: 0);
        var edges = ClusterFigures.Of(_fanOut, _fanOut.Topologies[1], share: 0.2, spent, seconds: 5, receipts: 1, deliveries: 1);

        Assert.Equal(1.8, one[ClusterMetric.ShareUsed]!.Value, precision: 6);
        Assert.Equal(0.9, two[ClusterMetric.ShareUsed]!.Value, precision: 6);
        Assert.Equal(0.15, edges[ClusterMetric.ShareUsed]!.Value, precision: 6);
        Assert.Null(ClusterFigures.Of(_publish, _publish.Topologies[0], share: 0, spent, seconds: 5, receipts: 1, deliveries: 0)[ClusterMetric.ShareUsed]);
    }

    [Fact]
    public void With_subscribers_an_edge_is_charged_by_delivery_and_a_core_by_event()
    {
        var spent = new Spent { Edge = 1, Core = 0.01, ClientBytes = 16_000_000 };

        var figures = ClusterFigures.Of(_fanOut, _fanOut.Topologies[0], share: 0.2, spent, seconds: 5, receipts: 100, deliveries: 100_000);

        Assert.Equal(20_000, figures[Metric.Deliveries]);
        Assert.Equal(10, figures[ClusterMetric.EdgePerDelivery]!.Value, precision: 6);
        Assert.Equal(100, figures[ClusterMetric.CorePerEvent]!.Value, precision: 6);
        Assert.Equal(160, figures[ClusterMetric.ClientBytes]);
        Assert.Null(figures[ClusterMetric.EventsPerCommit]);
    }

    [Fact]
    public void Nodes_that_are_not_the_limit_are_told_as_nothing_that_one_more_could_help()
    {
        var idle = new Figures { [ClusterMetric.ShareUsed] = 0.6, [Metric.OtherCpu] = 0.3 };
        var busy = new Figures { [ClusterMetric.ShareUsed] = 0.97, [Metric.OtherCpu] = 0.01 };

        Assert.Equal(
            ["1 core: the nodes with a share used 60 % of it; something else was the limit.", "1 core: other programs took 30 % of a processor meanwhile."],
            ClusterReport.Remarks(_publish, Of(idle)));
        Assert.Empty(ClusterReport.Remarks(_publish, Of(busy)));

        static ContenderResult Of(Figures figures) => new("1 core", "1 core", PeerKind.Product, [figures], LeftOut: null);
    }
}
