using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealTimeActors.Hosting.Tls;

/// <summary>Those whose certificates are trusted.</summary>
internal static class CertificateAuthority
{
    private const int FileBytesMax = 1 << 20;

    /// <summary>Reads their certificates.</summary>
    /// <exception cref="TlsException">There are none.</exception>
    internal static X509Certificate2Collection Load(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
                throw new TlsException("authority", $"a PEM file of at most {FileBytesMax} bytes is expected; {path} is larger");

            certificates.ImportFromPemFile(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or CryptographicException)
        {
            throw new TlsException("authority", unreadable is FileNotFoundException or DirectoryNotFoundException
                ? $"a PEM file is expected; there is no file {path}"
                : $"a PEM file that can be read is expected; {path} cannot ({unreadable.GetType().Name})");
        }

        return certificates.Count > 0 ? certificates : throw new TlsException("authority", $"a PEM file with a CERTIFICATE is expected; there is none in {path}");
    }
}
