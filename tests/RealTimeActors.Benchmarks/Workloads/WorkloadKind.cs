namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>How a workload is run.</summary>
internal enum WorkloadKind
{
    /// <summary>So many events in flight: how many a second?</summary>
    Throughput,

    /// <summary>So many events a second: how late do they come, and at what price?</summary>
    OpenLoop,

    /// <summary>The same, and then once more with one subscriber that has stopped reading.</summary>
    StalledReader,

    /// <summary>Connections that do nothing: what does one take up?</summary>
    Idle,

    /// <summary>Everybody drops and comes back: when has everybody everything?</summary>
    ComeBack,

    /// <summary>Critical events on a connection that bulk fills: how late do they come?</summary>
    Lanes,
}
