using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.Tls;

/// <summary>
/// The certificate that new handshakes use. When its files change it is read again, so that it can be renewed while the server runs; files that do not
/// belong together (one is written already, the other not yet) change nothing.
/// </summary>
internal sealed partial class RotatingCertificate : IDisposable
{
    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _section;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private volatile SslServerAuthenticationOptions _options;
    private string _digest;
    private string? _refused;

    /// <param name="files">Where it lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told that it was renewed, or could not be.</param>
    /// <param name="section">The section of the configuration that names the files.</param>
    /// <exception cref="TlsException">The certificate cannot be used.</exception>
    internal RotatingCertificate(TlsFiles files, TimeProvider time, ILogger log, string section = "realtime.http.tls")
    {
        _files = files;
        _time = time;
        _log = log;
        _section = section;
        var certificate = ServerCertificate.Load(files, time.GetUtcNow());
        _digest = certificate.Digest;
        _options = OptionsOf(certificate);
        _timer = time.CreateTimer(static self => ((RotatingCertificate)self!).Look(), this, files.CheckEvery, files.CheckEvery);
    }

    /// <summary>For a handshake that begins now.</summary>
    internal SslServerAuthenticationOptions Options => _options;

    /// <summary>The certificate itself, for a handshake of another kind.</summary>
    internal SslStreamCertificateContext Context => _options.ServerCertificateContext!;

    public void Dispose() => _timer.Dispose();

    /// <summary>Looks whether the files have changed, and takes them if they can be used.</summary>
    internal void Look()
    {
        lock (_gate)
        {
            try
            {
                if (ServerCertificate.DigestOf(_files) == _digest)
                    return;

                var certificate = ServerCertificate.Load(_files, _time.GetUtcNow());
                _digest = certificate.Digest;
                _options = OptionsOf(certificate);
                _refused = null;
                CertificateRenewed(_log, _files.Certificate, certificate.NotAfter);
            }
            catch (TlsException unusable)
            {
                // Once for each thing that is wrong, not at every look.
                if (_refused != unusable.Message)
                    CertificateNotRenewed(_log, _section, unusable.Key, unusable.Message);

                _refused = unusable.Message;
            }
        }
    }

    private static SslServerAuthenticationOptions OptionsOf(ServerCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Context,
        // Older versions are broken; newer ones than these there are not.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        ClientCertificateRequired = false,
        AllowRenegotiation = false,
    };

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "The certificate in {File} was renewed; it is good until {NotAfter}")]
    private static partial void CertificateRenewed(ILogger log, string file, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "The files of the certificate have changed, but cannot be used; the former one stays ({Section}.{Key}: {Reason})")]
    private static partial void CertificateNotRenewed(ILogger log, string section, string key, string reason);
}
