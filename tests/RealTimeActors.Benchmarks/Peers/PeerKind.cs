namespace RealTimeActors.Benchmarks.Peers;

internal enum PeerKind
{
    /// <summary>The server of this repository.</summary>
    Product,

    /// <summary>Another server that people use for such work.</summary>
    Other,

    /// <summary>A limit: what could be had at best, with nothing of a product around it.</summary>
    Floor,
}
