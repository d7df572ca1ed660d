using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>Makes figures of what a stretch of time cost and brought.</summary>
internal static class ClusterFigures
{
    /// <param name="work">What was done.</param>
    /// <param name="topology">To which cluster.</param>
    /// <param name="share">Of a processor, for each node that is limited; 0: none is.</param>
    /// <param name="spent">What it cost.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="receipts">Publishes that were answered.</param>
    /// <param name="deliveries">Events that subscribers got.</param>
    internal static Figures Of(ClusterWork work, Topology topology, double share, Spent spent, double seconds, long receipts, long deliveries)
    {
        var hasEdges = topology.Edges > 0;
        var figures = new Figures
        {
            [Metric.Receipts] = receipts / seconds,
            [ClusterMetric.ShareUsed] = (work.Limited == LimitedNodes.Edges ? spent.Edge : spent.Core) / (seconds * share * work.LimitedOf(topology)),
            [ClusterMetric.EdgeCpu] = hasEdges ? spent.Edge / seconds : null,
            [ClusterMetric.CoreCpu] = spent.Core / seconds,
            [ClusterMetric.DatabaseCpu] = spent.Database / seconds,
            [Metric.LoadCpu] = spent.Load / seconds,
            [Metric.OtherCpu] = spent.Other / seconds,
            [ClusterMetric.EdgePerEvent] = hasEdges ? spent.Edge * 1e6 / receipts : null,
            [ClusterMetric.CorePerEvent] = spent.Core * 1e6 / receipts,
            [ClusterMetric.DatabasePerEvent] = spent.Database * 1e6 / receipts,
            [ClusterMetric.LoadPerEvent] = spent.Load * 1e6 / receipts,
            [ClusterMetric.LinkBytes] = (double)spent.LinkBytes / receipts,
            [ClusterMetric.DatabaseBytes] = (double)spent.DatabaseBytes / receipts,
            [ClusterMetric.WalBytes] = (double)spent.WalBytes / receipts,
        };
        if (work.Durability == Durability.Durable)
        {
            figures[ClusterMetric.EventsPerCommit] = receipts / spent.Commits;
            figures[ClusterMetric.Commits] = spent.Commits / seconds;
        }

        if (work.SubscribersPerChannel == 0) return figures;
        figures[Metric.Deliveries] = deliveries / seconds;
        figures[ClusterMetric.EdgePerDelivery] = spent.Edge * 1e6 / deliveries;
        figures[ClusterMetric.CorePerDelivery] = spent.Core * 1e6 / deliveries;
        figures[ClusterMetric.DatabasePerDelivery] = spent.Database * 1e6 / deliveries;
        figures[ClusterMetric.LoadPerDelivery] = spent.Load * 1e6 / deliveries;
        figures[ClusterMetric.ClientBytes] = (double)spent.ClientBytes / deliveries;
        return figures;
    }
}
