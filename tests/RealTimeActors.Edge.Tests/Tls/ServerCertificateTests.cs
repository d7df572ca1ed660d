using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Tls;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_a_certificate_and_its_key(bool withRsa)
    {
        _authority.Write(withRsa: withRsa);

        var tls = Read().Tls;

        Assert.Equal((_authority.CertificateFile, _authority.KeyFile), (tls!.Certificate, tls.Key));
    }

    [Fact]
    public void Both_may_stand_in_one_file()
    {
        _authority.Write();
        File.AppendAllText(_authority.CertificateFile, "\n" + File.ReadAllText(_authority.KeyFile));

        Assert.NotNull(SettingsReader.Read(SettingsSource.Load(null, [$"realtime.http.tls.certificate={_authority.CertificateFile}"])).Tls);
    }

    [Fact]
    public void A_key_may_have_a_password_which_no_problem_repeats()
    {
        _authority.Write(password: "the password of the test");

        Assert.NotNull(Read("realtime.http.tls.password=the password of the test").Tls);
        Assert.Contains("realtime.http.tls.password: the password", Problem(), StringComparison.Ordinal);
        var problem = Problem("realtime.http.tls.password=another password");
        Assert.Contains("cannot be opened", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("another password", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_is_wrong_before_the_server_starts()
    {
        Assert.Contains("realtime.http.tls.certificate (--set): a PEM file is expected; there is no file", Problem(), StringComparison.Ordinal);

        _authority.Write(until: TimeSpan.FromDays(-0.5));
        Assert.Contains("ended on", Problem(), StringComparison.Ordinal);

        _authority.Write(from: TimeSpan.FromDays(1));
        Assert.Contains("begins on", Problem(), StringComparison.Ordinal);

        _authority.Write();
        var key = File.ReadAllText(_authority.KeyFile);
        _authority.Write();
        File.WriteAllText(_authority.KeyFile, key);
        Assert.Contains("realtime.http.tls.key (--set): the private key of the certificate", Problem(), StringComparison.Ordinal);

        File.WriteAllText(_authority.KeyFile, "nothing");
        Assert.Contains("a PEM file with a PRIVATE KEY is expected", Problem(), StringComparison.Ordinal);

        File.WriteAllText(_authority.CertificateFile, key);
        Assert.Contains("a PEM file with a CERTIFICATE is expected", Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_without_a_certificate_and_a_text_for_a_path_are_problems()
    {
        _authority.Write();
        var text = File.ReadAllText(_authority.KeyFile);

        var alone = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(null, [$"realtime.http.tls.key={_authority.KeyFile}"])));
        var pasted = Problem($"realtime.http.tls.key={text}");

        Assert.Contains("realtime.http.tls.certificate: the path of a PEM file is expected", alone.Message, StringComparison.Ordinal);
        Assert.Contains("the text of one came", pasted, StringComparison.Ordinal);
        Assert.DoesNotContain("MIG", pasted, StringComparison.Ordinal);
    }

    private ServerSettings Read(params string[] more) => SettingsReader.Read(SettingsSource.Load(
        null, [$"realtime.http.tls.certificate={_authority.CertificateFile}", $"realtime.http.tls.key={_authority.KeyFile}", .. more]));

    private string Problem(params string[] more) => Assert.Throws<SettingsException>(() => Read(more)).Problems.Single();
}
