using System.Net.Security;
using Microsoft.Extensions.Logging;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tls;
using RealTimeActors.Sharding.Tcp;

namespace RealTimeActors.Hosting.Clustering;

/// <summary>The node's wire towards the others, as it is configured, with a certificate that may be renewed while it runs.</summary>
internal sealed class NodeWire : IAsyncDisposable
{
    private readonly RotatingCertificate? _certificate;

    private NodeWire(TcpNodes nodes, RotatingCertificate? certificate)
    {
        Nodes = nodes;
        _certificate = certificate;
    }

    /// <summary>What listens and dials.</summary>
    internal TcpNodes Nodes { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="fingerprint">What both sides of a link have to agree on: the codec's fingerprint, the number of shards.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told.</param>
    /// <exception cref="TcpNodesException">The address cannot be listened on.</exception>
    /// <exception cref="TlsException">A certificate has become useless since the settings were read.</exception>
    internal static NodeWire Listen(ClusterSettings settings, string fingerprint, TimeProvider time, ILogger log)
    {
        var certificate = settings.Tls is { } tls ? new RotatingCertificate(tls.Files, time, log, "realtime.cluster.tls") : null;
        try
        {
            return new NodeWire(TcpNodes.Listen(OptionsOf(settings, fingerprint, certificate is null ? null : () => certificate.Context, time, log)), certificate);
        }
        catch
        {
            certificate?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Nodes.DisposeAsync();
        _certificate?.Dispose();
    }

    private static TcpNodeOptions OptionsOf(ClusterSettings settings, string fingerprint, Func<SslStreamCertificateContext>? certificate, TimeProvider time, ILogger log) => new()
    {
        Cluster = settings.Name,
        Fingerprint = fingerprint,
        Host = settings.Host,
        Port = settings.Port,
        AdvertisedHost = settings.AdvertisedHost,
        AdvertisedPort = settings.AdvertisedPort,
        Secret = settings.Secret is { } secret ? new NodeSecret(secret) : null,
        FormerSecret = settings.FormerSecret is { } former ? new NodeSecret(former) : null,
        Tls = certificate is null ? null : new TcpNodeTls
        {
            Certificate = certificate,
            Authority = settings.Tls!.Authority is { } authority ? CertificateAuthority.Load(authority) : null,
            RequiresClientCertificate = settings.Tls.RequiresClientCertificate,
        },
        ConnectWithin = settings.ConnectWithin,
        HandshakeWithin = settings.HandshakeWithin,
        HandshakesMax = settings.HandshakesMax,
        Silence = settings.Silence,
        FrameBytesMax = settings.MessageBytesMax + ClusterReader.TcpFrameSlack,
        UnsentBytesMax = settings.UnsentBytesMax,
        UntakenBytesMax = settings.UntakenBytesMax,
        Time = time,
        Log = log,
    };
}
