using RealTimeActors.Hosting.Tls;

namespace RealTimeActors.Hosting.Settings;

/// <summary>TLS between nodes: section <c>realtime.cluster.tls</c>.</summary>
/// <param name="Files">The node's certificate and key.</param>
/// <param name="Authority">Path of a PEM file with the certificates of those that are trusted to issue others'; null: none are checked, and the secret says who is there.</param>
/// <param name="RequiresClientCertificate">Whether who calls shows a certificate, too.</param>
public sealed record ClusterTlsSettings(TlsFiles Files, string? Authority, bool RequiresClientCertificate);
