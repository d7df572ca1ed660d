using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>A certificate authority of the test's own, the certificates it makes for this machine, and the files they lie in.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly string _directory = Directory.CreateTempSubdirectory("realtime-tls-").FullName;

    internal TestAuthority()
    {
        var request = new CertificateRequest("CN=Authority of the tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    internal string CertificateFile => Path.Combine(_directory, "server.pem");

    /// <summary>A file with the authority's own certificate.</summary>
    internal string AuthorityFile
    {
        get
        {
            var file = Path.Combine(_directory, "authority.pem");
            File.WriteAllText(file, _root.ExportCertificatePem());
            return file;
        }
    }

    internal string KeyFile => Path.Combine(_directory, "server.key");

    /// <summary>Makes a certificate for 127.0.0.1 and writes its two files.</summary>
    /// <returns>Its serial number, by which a test knows it again.</returns>
    internal string Write(TimeSpan? from = null, TimeSpan? until = null, string? password = null, bool withRsa = false)
    {
        using AsymmetricAlgorithm key = withRsa ? RSA.Create(2_048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest("CN=127.0.0.1", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=127.0.0.1", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.Create(
            _root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now + (from ?? TimeSpan.FromDays(-1)), now + (until ?? TimeSpan.FromDays(30)), RandomNumberGenerator.GetBytes(8));

        File.WriteAllText(KeyFile, password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        return certificate.SerialNumber;
    }

    /// <summary>Trusts this authority and no other.</summary>
    internal bool Trusts(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _root.Dispose();
        _key.Dispose();
    }
}
