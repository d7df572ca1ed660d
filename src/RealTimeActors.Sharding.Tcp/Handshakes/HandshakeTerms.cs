namespace RealTimeActors.Sharding.Tcp.Handshakes;

/// <summary>What has to be the same on both sides.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Fingerprint">What messages look like.</param>
/// <param name="Secret">What both know; null: nothing.</param>
internal sealed record HandshakeTerms(string Cluster, string Fingerprint, NodeSecret? Secret);
