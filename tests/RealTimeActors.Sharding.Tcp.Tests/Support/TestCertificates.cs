using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Sharding.Tcp.Tests.Support;

/// <summary>An authority that exists for one test, and what it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _root;

    internal TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    internal X509Certificate2Collection Authority => [X509CertificateLoader.LoadCertificate(_root.RawData)];

    /// <summary>What a node shows.</summary>
    internal SslStreamCertificateContext Issue(string host = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var ip))
            names.AddIpAddress(ip);
        else
            names.AddDnsName(host);

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(_root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return SslStreamCertificateContext.Create(certificate.CopyWithPrivateKey(key), null, offline: true);
    }

    internal TcpNodeTls Tls(bool isChecked, bool requiresClient, string host = "127.0.0.1")
    {
        var context = Issue(host);
        return new TcpNodeTls { Certificate = () => context, Authority = isChecked ? Authority : null, RequiresClientCertificate = requiresClient };
    }

    public void Dispose() => _root.Dispose();
}
