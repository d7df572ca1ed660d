namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>How a work on a cluster is run.</summary>
internal enum ClusterWorkKind
{
    /// <summary>Durable publishes of many channels: how many a second?</summary>
    Publish,

    /// <summary>One channel, many subscribers, so many events in flight: how many deliveries a second?</summary>
    FanOut,

    /// <summary>The same at so many events a second: how late do they come, and at what price where nothing can be coalesced?</summary>
    Paced,

    /// <summary>Clients that come, stay, are lost and come back: what does each cost each part?</summary>
    Connections,
}
