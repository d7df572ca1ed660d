using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>Publishers that wait until the online sessions, or as many as they asked for, have acked their events.</summary>
internal sealed class DeliveryWatches
{
    /// <summary>Null until the first publisher waits.</summary>
    private SortedDictionary<long, Watch>? _byOffset;

    /// <summary>Nobody waits.</summary>
    internal bool IsEmpty => _byOffset is not { Count: > 0 };

    /// <summary>Begins to wait for the last event of a publish. Every edge that has subscribers will report.</summary>
    internal void Begin(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts, IEnumerable<IActorRef<ChannelReply>> edges)
    {
        var watch = new Watch(publish, receipts);
        foreach (var edge in edges)
            watch.Reports.Add(new EdgeReport(edge));

        (_byOffset ??= []).Add(receipts[^1].Offset, watch);
        CompleteIfReached(receipts[^1].Offset, watch);
    }

    /// <summary>An edge says how many of its sessions acked, of how many that were online.</summary>
    internal void Report(ChannelCommand.ReportAcks report)
    {
        if (_byOffset is null || !_byOffset.TryGetValue(report.Offset, out var watch) || watch.Reports.Find(r => ReferenceEquals(r.Edge, report.Edge)) is not { } of)
            return;

        of.Acked = report.Acked;
        of.Of = report.Of;
        CompleteIfReached(report.Offset, watch);
    }

    /// <summary>The time has run out: the receipt stays what it was (persisted, or accepted where nothing is written) and says how many.</summary>
    internal void TimeOut(long offset)
    {
        if (_byOffset is not null && _byOffset.Remove(offset, out var watch))
            watch.Answer(isDelivered: false);
    }

    private void CompleteIfReached(long offset, Watch watch)
    {
        if (!watch.IsReached)
            return;

        _byOffset!.Remove(offset);
        watch.Answer(isDelivered: true);
    }

    private sealed class Watch(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts)
    {
        internal List<EdgeReport> Reports { get; } = [];

        internal bool IsReached
        {
            get
            {
                var acked = Reports.Sum(report => report.Acked);
                return publish.DeliveredCount > 0
                    ? acked >= publish.DeliveredCount
                    : Reports.TrueForAll(report => report.Of >= 0 && report.Acked == report.Of);
            }
        }

        internal void Answer(bool isDelivered)
        {
            var acked = Reports.Sum(report => report.Acked);
            var of = Reports.Sum(report => Math.Max(0, report.Of));
            publish.ReplyTo.Tell(new ChannelReply.Published(
                publish.Tag, [.. receipts.Select(receipt => receipt with
                {
                    Status = isDelivered ? ReceiptStatus.Delivered : receipt.Status,
                    Acked = acked,
                    Of = of,
                })]));
        }
    }

    private sealed class EdgeReport(IActorRef<ChannelReply> edge)
    {
        internal IActorRef<ChannelReply> Edge { get; } = edge;

        internal int Acked { get; set; }

        /// <summary>-1 until the edge has reported.</summary>
        internal int Of { get; set; } = -1;
    }
}
