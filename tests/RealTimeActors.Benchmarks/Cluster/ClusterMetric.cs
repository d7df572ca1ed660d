using RealTimeActors.Benchmarks.Workloads;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>What is measured of a cluster besides what is measured of one server. A part is all processes of its kind together.</summary>
internal static class ClusterMetric
{
    /// <summary>Of the processor time that the nodes with a share may use, the part that they did. Near 1 they were the limit.</summary>
    internal static readonly Metric ShareUsed = new("shareUsed", "share used", "P0");

    /// <summary>Processors that a part had busy.</summary>
    internal static readonly Metric EdgeCpu = new("edgeCpu", "edge CPU", "P0", LessIsBetter: true);

    internal static readonly Metric CoreCpu = new("coreCpu", "core CPU", "P0", LessIsBetter: true);

    internal static readonly Metric DatabaseCpu = new("databaseCpu", "PostgreSQL CPU", "P0", LessIsBetter: true);

    /// <summary>Processor time per publish.</summary>
    internal static readonly Metric EdgePerEvent = new("edgeMicrosPerEvent", "edge µs/event", "F1", LessIsBetter: true);

    internal static readonly Metric CorePerEvent = new("coreMicrosPerEvent", "core µs/event", "F1", LessIsBetter: true);

    internal static readonly Metric DatabasePerEvent = new("databaseMicrosPerEvent", "PostgreSQL µs/event", "F1", LessIsBetter: true);

    internal static readonly Metric LoadPerEvent = new("loadMicrosPerEvent", "load µs/event", "F1", LessIsBetter: true);

    /// <summary>Processor time per delivery to one subscriber.</summary>
    internal static readonly Metric EdgePerDelivery = new("edgeMicrosPerDelivery", "edge µs/delivery", "F2", LessIsBetter: true);

    internal static readonly Metric CorePerDelivery = new("coreMicrosPerDelivery", "core µs/delivery", "F2", LessIsBetter: true);

    internal static readonly Metric DatabasePerDelivery = new("databaseMicrosPerDelivery", "PostgreSQL µs/delivery", "F2", LessIsBetter: true);

    internal static readonly Metric LoadPerDelivery = new("loadMicrosPerDelivery", "load µs/delivery", "F2", LessIsBetter: true);

    /// <summary>Bytes between nodes, both ways, per publish.</summary>
    internal static readonly Metric LinkBytes = new("linkBytesPerEvent", "link B/event", "N0", LessIsBetter: true);

    /// <summary>Bytes between nodes and PostgreSQL, both ways, per publish.</summary>
    internal static readonly Metric DatabaseBytes = new("databaseBytesPerEvent", "to PostgreSQL B/event", "N0", LessIsBetter: true);

    /// <summary>What PostgreSQL wrote into its log per publish.</summary>
    internal static readonly Metric WalBytes = new("walBytesPerEvent", "WAL B/event", "N0", LessIsBetter: true);

    /// <summary>Bytes to clients per delivery.</summary>
    internal static readonly Metric ClientBytes = new("clientBytesPerDelivery", "to client B/delivery", "N0", LessIsBetter: true);

    /// <summary>Publishes per group commit, and group commits per second.</summary>
    internal static readonly Metric EventsPerCommit = new("eventsPerCommit", "events/commit", "F1");

    internal static readonly Metric Commits = new("commits", "commits/s", "N0");

    /// <summary>Proportional memory that a connection with its session and its channel took, at the edge and at the core.</summary>
    internal static readonly Metric EdgeBytes = new("edgeBytesPerConnection", "edge B/connection", "N0", LessIsBetter: true);

    internal static readonly Metric CoreBytes = new("coreBytesPerConnection", "core B/connection", "N0", LessIsBetter: true);

    /// <summary>Processor time of a client that comes for the first time, with a session and a channel of its own.</summary>
    internal static readonly PerClient Connect = new("connect", "connect");

    /// <summary>Of one that was lost and comes back to its session.</summary>
    internal static readonly PerClient Resume = new("resume", "resume");

    /// <summary>Of one that stays and does nothing, per second.</summary>
    internal static readonly PerClient Idle = new("idleSecond", "idle second");

    /// <summary>Of the cluster itself while nobody is there, per second.</summary>
    internal static readonly PerClient Rest = new("restSecond", "second of rest:");

    internal static readonly Metric ResumesPerSecond = new("resumesPerSecond", "resumes/s", "N0");
}
