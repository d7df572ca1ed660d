using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Hosting.Tls;

/// <summary>A certificate with its private key and the chain that is sent along.</summary>
/// <param name="Context">What handshakes use.</param>
/// <param name="Digest">Of the files it was made of.</param>
/// <param name="NotAfter">When it ends.</param>
internal sealed record ServerCertificate(SslStreamCertificateContext Context, string Digest, DateTimeOffset NotAfter)
{
    private const int FileBytesMax = 1 << 20;

    /// <summary>Reads the files and checks that what is in them belongs together and is good now.</summary>
    /// <exception cref="TlsException">It cannot be used.</exception>
    internal static ServerCertificate Load(TlsFiles files, DateTimeOffset now)
    {
        var (certificates, keys) = Read(files);
        var chain = ChainIn(certificates, files.Certificate);
        using var leaf = chain[0];
        if (now > leaf.NotAfter)
            throw new TlsException("certificate", $"a certificate that is good now is expected; the one in {files.Certificate} ended on {Say(leaf.NotAfter)}");

        if (now < leaf.NotBefore)
            throw new TlsException("certificate", $"a certificate that is good now is expected; the one in {files.Certificate} begins on {Say(leaf.NotBefore)}");

        chain.RemoveAt(0);
        var own = WithKey(certificates, keys, files);
        return new ServerCertificate(SslStreamCertificateContext.Create(own, chain, offline: true), DigestOf(certificates, keys), leaf.NotAfter);
    }

    /// <summary>Of what the files hold now.</summary>
    /// <exception cref="TlsException">One cannot be read.</exception>
    internal static string DigestOf(TlsFiles files)
    {
        var (certificates, keys) = Read(files);
        return DigestOf(certificates, keys);
    }

    private static string DigestOf(string certificates, string keys) =>
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{certificates.Length}:{certificates}{keys}")));

    private static (string Certificates, string Keys) Read(TlsFiles files)
    {
        var certificates = Read("certificate", files.Certificate);
        return (certificates, files.Key == files.Certificate ? certificates : Read("key", files.Key));
    }

    private static string Read(string key, string path)
    {
        try
        {
            return new FileInfo(path).Length <= FileBytesMax
                ? File.ReadAllText(path)
                : throw new TlsException(key, $"a PEM file of at most {FileBytesMax} bytes is expected; {path} is larger");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TlsException(key, unreadable is FileNotFoundException or DirectoryNotFoundException
                ? $"a PEM file is expected; there is no file {path}"
                : $"a PEM file that can be read is expected; {path} cannot ({unreadable.GetType().Name})");
        }
    }

    private static X509Certificate2Collection ChainIn(string pem, string path)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            chain.Clear();
        }

        return chain.Count > 0 ? chain : throw new TlsException("certificate", $"a PEM file with a CERTIFICATE is expected; there is none in {path} that can be read");
    }

    private static X509Certificate2 WithKey(string certificates, string keys, TlsFiles files)
    {
        var isEncrypted = keys.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && files.Password is null)
            throw new TlsException("password", $"the password of the private key in {files.Key} is expected; none is configured");

        if (!keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new TlsException("key", $"a PEM file with a PRIVATE KEY is expected; there is none in {files.Key}");

        try
        {
            var own = isEncrypted ? X509Certificate2.CreateFromEncryptedPem(certificates, keys, files.Password) : X509Certificate2.CreateFromPem(certificates, keys);
            if (!OperatingSystem.IsWindows())
                return own;

            // Windows wants the key in a store of its own before it shakes hands with it.
            using (own)
                return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            throw new TlsException(isEncrypted ? "password" : "key", isEncrypted
                ? $"the private key of the certificate in {files.Certificate} and its password are expected; {files.Key} cannot be opened with the one configured, or belongs to another certificate"
                : $"the private key of the certificate in {files.Certificate} is expected; the one in {files.Key} belongs to another certificate, or cannot be read");
        }
    }

    private static string Say(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
