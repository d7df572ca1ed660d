namespace RealTimeActors.Server.CommandLine.Bench;

/// <summary>What a run of the load tool measured.</summary>
internal sealed record BenchResult(
    string Channel, int Publishers, int Subscribers, int InFlight, int Bytes, string Confirm, double Seconds, long Published, long Received, Latencies Receipts, Latencies Deliveries)
{
    internal double PublishedPerSecond => Published / Seconds;

    internal double ReceivedPerSecond => Received / Seconds;

    internal object ToJson() => new
    {
        channel = Channel,
        publishers = Publishers,
        subscribers = Subscribers,
        inFlight = InFlight,
        bytes = Bytes,
        confirm = Confirm,
        seconds = Math.Round(Seconds, 3),
        published = Published,
        publishedPerSecond = Math.Round(PublishedPerSecond),
        received = Received,
        receivedPerSecond = Math.Round(ReceivedPerSecond),
        receiptMs = Percentiles(Receipts),
        deliveryMs = Subscribers == 0 ? null : Percentiles(Deliveries),
    };

    private static object Percentiles(Latencies of) => new { p50 = of.Milliseconds(0.5), p99 = of.Milliseconds(0.99), p999 = of.Milliseconds(0.999), max = of.Milliseconds(1) };
}
