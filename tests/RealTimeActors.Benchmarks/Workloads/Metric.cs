using System.Globalization;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>One thing that is measured: its key in JSON, its head in a table, its format, and whether less of it is better.</summary>
internal sealed record Metric(string Key, string Head, string Format, bool LessIsBetter = false)
{
    /// <summary>Events received by subscribers per second.</summary>
    internal static readonly Metric Deliveries = new("deliveries", "deliveries/s", "N0");

    /// <summary>Publishes answered per second.</summary>
    internal static readonly Metric Receipts = new("receipts", "receipts/s", "N0");

    /// <summary>Deliveries (without subscribers: receipts) per processor second of the server.</summary>
    internal static readonly Metric PerCpuSecond = new("perCpuSecond", "per CPU s", "N0");

    /// <summary>Processor seconds of the server per second.</summary>
    internal static readonly Metric ServerCpu = new("serverCpu", "server CPU", "P0", LessIsBetter: true);

    internal static readonly Metric ServerCpuSeconds = new("serverCpuSeconds", "server CPU s", "F2", LessIsBetter: true);

    /// <summary>From send to receipt.</summary>
    internal static readonly Metric ReceiptP50 = new("receiptP50Ms", "receipt p50 ms", "F3", LessIsBetter: true);

    internal static readonly Metric ReceiptP99 = new("receiptP99Ms", "receipt p99 ms", "F3", LessIsBetter: true);

    /// <summary>Events per receive call of the load side: how much was coalesced.</summary>
    internal static readonly Metric EventsPerRead = new("eventsPerRead", "events/read", "F1");

    /// <summary>Resident memory of the server with everyone connected and nothing sent yet.</summary>
    internal static readonly Metric IdleMb = new("idleMb", "idle MB", "F0", LessIsBetter: true);

    internal static readonly Metric PeakMb = new("peakMb", "peak MB", "F0", LessIsBetter: true);

    /// <summary>Processor seconds of the load side per second. Near 1 the load is the limit, not the server.</summary>
    internal static readonly Metric LoadCpu = new("loadCpu", "load CPU", "P0");

    /// <summary>Processor seconds per second that went to neither: other programs on this machine. More than a little of it spoils the figures.</summary>
    internal static readonly Metric OtherCpu = new("otherCpu", "other CPU", "P0");

    /// <summary>One flush of 4 KiB by this program, in the same folder and at the same time of day.</summary>
    internal static readonly Metric FlushP50 = new("flushP50Ms", "disk flush p50 ms", "F3");

    internal static readonly Metric FlushP99 = new("flushP99Ms", "disk flush p99 ms", "F3");

    /// <summary>From the moment an event was meant to leave to its delivery.</summary>
    internal static readonly Metric LatencyP50 = new("latencyP50Ms", "p50 ms", "F2", LessIsBetter: true);

    internal static readonly Metric LatencyP99 = new("latencyP99Ms", "p99 ms", "F2", LessIsBetter: true);

    internal static readonly Metric LatencyMax = new("latencyMaxMs", "max ms", "F1", LessIsBetter: true);

    /// <summary>The same while one subscriber does not read.</summary>
    internal static readonly Metric StalledP50 = new("stalledP50Ms", "p50 ms with", "F2", LessIsBetter: true);

    internal static readonly Metric StalledP99 = new("stalledP99Ms", "p99 ms with", "F2", LessIsBetter: true);

    internal static readonly Metric StalledRatio = new("stalledRatio", "p99 with / without", "F2", LessIsBetter: true);

    /// <summary>What the kernel holds on the server's side for the one that does not read, or slowly: nothing of it can be overtaken any more.</summary>
    internal static readonly Metric StalledBytes = new("stalledKb", "KB in the kernel", "F0");

    /// <summary>Proportional memory (PSS) that came with the connections, divided by their number, in bytes.</summary>
    internal static readonly Metric BytesPerConnection = new("bytesPerConnection", "bytes/connection", "N0", LessIsBetter: true);

    internal static readonly Metric ResidentPerConnection = new("residentPerConnection", "RSS/connection", "N0", LessIsBetter: true);

    internal static readonly Metric ConnectsPerSecond = new("connectsPerSecond", "connects/s", "N0");

    /// <summary>From the first connection that comes back until the last client has the last event.</summary>
    internal static readonly Metric SecondsToHead = new("secondsToHead", "s to the head", "F2", LessIsBetter: true);

    /// <summary>Until the last client was greeted.</summary>
    internal static readonly Metric SecondsToReady = new("secondsToReady", "s to greeted", "F2", LessIsBetter: true);

    /// <summary>From the moment a critical event was meant to leave to its delivery, with nothing else on the connection.</summary>
    internal static readonly Metric IdleP50 = new("idleP50Ms", "idle p50 ms", "F3", LessIsBetter: true);

    internal static readonly Metric IdleP99 = new("idleP99Ms", "idle p99 ms", "F3", LessIsBetter: true);

    /// <summary>The same while bulk fills it.</summary>
    internal static readonly Metric BusyP50 = new("busyP50Ms", "busy p50 ms", "F3", LessIsBetter: true);

    internal static readonly Metric BusyP99 = new("busyP99Ms", "busy p99 ms", "F3", LessIsBetter: true);

    internal static readonly Metric BusyRatio = new("busyRatio", "p99 busy / idle", "F2", LessIsBetter: true);

    internal static readonly Metric BulkMb = new("bulkMb", "bulk MB/s", "F0");

    /// <summary>Bulk events that were left out, as a part of those published.</summary>
    internal static readonly Metric LeftOut = new("leftOut", "bulk left out", "P0");

    internal string Show(double? value) => value is { } number ? number.ToString(Format, CultureInfo.InvariantCulture) : "–";
}
