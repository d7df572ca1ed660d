using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

public sealed class TlsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [PostgreSqlFact]
    public async Task Speaks_to_a_server_whose_certificate_it_trusts_and_to_no_other()
    {
        var (certificate, key) = WriteCertificate();
        await using var server = await PrivatePostgreSql.StartNewAsync("ssl=on", $"ssl_cert_file={certificate}", $"ssl_key_file={key}");
        var options = new PostgreSqlOptions { ConnectionString = $"{server.TcpConnectionString};SSL Mode=VerifyFull", StartWithin = TimeSpan.Zero };

        var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options));
        await using var journal = await PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};Root Certificate={certificate}" });
        var appender = new Appender(journal, new StreamId("channel/secured"), 2);
        appender.Start();
        await appender.AcknowledgedAsync(10);
        await appender.StopAsync();

        Assert.Empty(appender.Others);
        Assert.Contains("cannot be reached over TLS", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Root Certificate=", refused.Message, StringComparison.Ordinal);
        Assert.True(await server.ScalarAsync<bool>("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'realtime%'"));
    }

    [PostgreSqlFact]
    public async Task Speaks_to_another_machine_only_over_tls_unless_it_is_told_otherwise()
    {
        // Not this machine by its name, though it is; the server has no certificate.
        await using var server = await PrivatePostgreSql.StartNewAsync("listen_addresses=127.0.0.2");
        var options = new PostgreSqlOptions { ConnectionString = $"Host=127.0.0.2;Port={server.Port};Database=postgres;Username=realtime", StartWithin = TimeSpan.Zero };

        var refused = await Assert.ThrowsAsync<PostgreSqlStoreException>(() => PostgreSqlJournal.OpenAsync(options));
        await using var told = await PostgreSqlJournal.OpenAsync(options with { ConnectionString = $"{options.ConnectionString};SSL Mode=Disable" });

        Assert.Contains("cannot be reached over TLS", refused.Message, StringComparison.Ordinal);
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(_directory.Path, "server.pem"), Path.Combine(_directory.Path, "server.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, pair.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(_directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        PrivatePostgreSql.GiveAway(keyFile);
        return (certificateFile, keyFile);
    }
}
