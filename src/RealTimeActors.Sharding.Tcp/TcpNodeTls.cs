using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>TLS 1.3 between nodes.</summary>
public sealed record TcpNodeTls
{
    /// <summary>The certificate of this node with its key and chain, asked for at each handshake, so that it can be renewed. Dialing, it is shown where the other node asks for one.</summary>
    public required Func<SslStreamCertificateContext> Certificate { get; init; }

    /// <summary>
    /// Whose certificates are trusted, and nobody else's: the other node's has to be issued by them and to name the host that was dialed. Null: certificates are not looked at; then a secret is needed, whose proofs
    /// cover the certificate, so that nobody can stand between.
    /// </summary>
    public X509Certificate2Collection? Authority { get; init; }

    /// <summary>Whether who calls has to show a certificate of the authority, too. Whoever has one may be any node.</summary>
    public bool RequiresClientCertificate { get; init; }

    internal SslServerAuthenticationOptions ForServer() => new()
    {
        ServerCertificateContext = Certificate(),
        EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
        ClientCertificateRequired = RequiresClientCertificate,
        CertificateChainPolicy = ChainPolicy(),
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    internal SslClientAuthenticationOptions ForClient(string host) => new()
    {
        TargetHost = host,
        ClientCertificateContext = RequiresClientCertificate ? Certificate() : null,
        EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
        CertificateChainPolicy = ChainPolicy(),
        // Without an authority it is the proofs that say whose certificate it is.
        RemoteCertificateValidationCallback = Authority is null ? static (_, certificate, _, _) => certificate is not null : null,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    private X509ChainPolicy? ChainPolicy()
    {
        if (Authority is null)
            return null;

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(Authority);
        return policy;
    }
}
