using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Edge.Tests.Settings;

public sealed class ClusterSettingsTests : IDisposable
{
    private const string Secret = "a secret of the test, long enough";

    private readonly string _file = Path.GetTempFileName();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        File.Delete(_file);
        _authority.Dispose();
    }

    [Fact]
    public void A_server_is_alone_and_does_everything_unless_it_is_told_otherwise()
    {
        var settings = SettingsReader.Read(SettingsSource.Load(null, []));

        Assert.Null(settings.Cluster);
        Assert.Equal(NodeRoles.All, settings.Roles);
    }

    [Fact]
    public void Reads_where_the_node_stands_and_what_it_does()
    {
        var settings = Read("name = prices, host = 0.0.0.0, port = 7500, advertise = \"core-1.internal:17500\", lease = 2s, move-pause = 1s, silence = 500ms", "roles = [core]");

        Assert.Equal(NodeRoles.Core, settings.Roles);
        var cluster = settings.Cluster!;
        Assert.Equal(("prices", "core-1", "0.0.0.0", 7_500), (cluster.Name, cluster.Node, cluster.Host, cluster.Port));
        Assert.Equal(("core-1.internal", 17_500), (cluster.AdvertisedHost, cluster.AdvertisedPort));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500)), (cluster.Lease, cluster.MovePause, cluster.Silence));
        Assert.Equal(Secret, cluster.Secret);
        Assert.DoesNotContain(Secret, $"{settings}", StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{cluster}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_secret_may_stand_in_a_file_of_its_own()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "the secret in a file of its own\n");

        var cluster = Read($"secret = null, secret-file = \"{file}\"").Cluster!;

        Assert.Equal("the secret in a file of its own", cluster.Secret);
        File.Delete(file);
    }

    [Fact]
    public void The_secret_before_may_stand_beside_it_while_it_is_changed()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "the secret that was before this\n");

        var settings = Read($"former-secret-file = \"{file}\"");

        Assert.Equal((Secret, "the secret that was before this"), (settings.Cluster!.Secret, settings.Cluster.FormerSecret));
        Assert.DoesNotContain("that was before", $"{settings.Cluster}{settings}", StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Reads_when_an_edge_has_too_much_to_do_and_where_clients_reach_it()
    {
        var cluster = Read("client-address = \"wss://edge-1.example.org/v1/ws\", overload { at = 0.7, until = 0.5, margin = 0.1, away-every = 10s, away-share = 0, stay = 5m }").Cluster!;

        Assert.Equal("wss://edge-1.example.org/v1/ws", cluster.ClientAddress);
        Assert.Equal(
            new Engine.Nodes.EdgeBalanceOptions { OverloadedAt = 0.7, Until = 0.5, Margin = 0.1, AwayEvery = TimeSpan.FromSeconds(10), AwayShareMax = 0, StayAtLeast = TimeSpan.FromMinutes(5) },
            cluster.Balance);
    }

    [Fact]
    public void Reads_the_certificates_between_nodes()
    {
        _authority.Write();

        var tls = Read($"secret = null, host = 10.0.0.5, tls {{ {Tls}, authority = \"{_authority.AuthorityFile}\", require-client-certificate = true }}").Cluster!.Tls!;

        Assert.Equal((_authority.CertificateFile, _authority.AuthorityFile, true), (tls.Files.Certificate, tls.Authority, tls.RequiresClientCertificate));
    }

    [Theory]
    [InlineData("secret = null, host = 10.0.0.5", "", "a secret is expected, or tls with an authority and require-client-certificate, since nodes of other machines reach 10.0.0.5; there is neither")]
    [InlineData("secret = \"fifteen letters\"", "", "a secret of at least 16 bytes is expected, as from `openssl rand -base64 32`; 15 came")]
    [InlineData("secret-file = \"/nowhere/at-all\"", "", "either secret or secret-file is expected; both came")]
    [InlineData("secret = null, secret-file = \"/nowhere/at-all\"", "", "the path of a file that can be read is expected; what is named cannot")]
    [InlineData("former-secret = \"fifteen letters\"", "", "a secret of at least 16 bytes is expected, as from `openssl rand -base64 32`; 15 came")]
    [InlineData("secret = null, former-secret = ${?REALTIME_CLUSTER_SECRET}", "", "a secret is expected beside the former one (cluster.secret, or secret-file); there is none")]
    [InlineData("former-secret = ${?REALTIME_CLUSTER_SECRET}", "", "another secret than cluster.secret is expected, the one before it; the same came")]
    [InlineData("former-secret = ${?REALTIME_CLUSTER_SECRET}, former-secret-file = \"/nowhere/at-all\"", "", "either former-secret or former-secret-file is expected; both came")]
    [InlineData("former-secret-file = \"/nowhere/at-all\"", "", "the path of a file that can be read is expected; what is named cannot")]
    [InlineData("client-address = \"https://edge-1.example.org\"", "", "an address with ws or wss and nothing secret in it is expected, as wss://edge-1.example.org/v1/ws; 'https://edge-1.example.org' came")]
    [InlineData("client-address = \"wss://me:pw@edge-1.example.org/v1/ws\"", "", "an address with ws or wss and nothing secret in it is expected")]
    [InlineData("overload { at = 0.5 }", "", "a load below at (0.5) is expected, or clients would be turned away and taken by turns; 0.8 came")]
    [InlineData("host = 0.0.0.0", "", "the host (or host:port) by which other nodes reach this one is expected, since host 0.0.0.0 is every address of the machine; it is absent")]
    [InlineData("advertise = \"a b\"", "", "a host, or host:port, is expected, as core-1 or core-1:7400; 'a b' came")]
    [InlineData("host = \"a b\"", "", "an IP address or a name of this machine is expected; 'a b' came")]
    [InlineData("silence = 3s", "", "a duration below lease (3000ms) is expected, or a node would be declared dead before its link is; 3000ms came")]
    [InlineData("unsent-bytes = 8MiB", "", "a size of at least message-bytes and 1 MiB (51380224) is expected; 8388608 came")]
    [InlineData("node = \"core 1\"", "", "1 to 64 letters, digits, dots, hyphens or underscores are expected; 'core 1' came")]
    [InlineData("", "roles = [core, leader]", "edge, core or both are expected; 'leader' came")]
    [InlineData("", "journal.provider = sqlite", "a cluster stands on PostgreSQL: journal.provider postgresql is expected beside it, the same database on all nodes; another came")]
    [InlineData("", "node = null", "a name that no other node of the cluster has is expected, here or as realtime.node; it is absent")]
    [InlineData("enabled = false", "roles = [edge]", "edge and core are expected of a server that is alone (or an empty list, which is both); one of them came without cluster.enabled")]
    [InlineData("leese = 3s", "", "realtime.cluster.leese")]
    [InlineData("tls { authority = \"/nowhere\" }", "", "the path of a PEM file with the node's certificate is expected beside authority and require-client-certificate")]
    public void Says_what_is_wrong_and_never_the_secret(string cluster, string root, string problem)
    {
        var refused = Assert.Throws<SettingsException>(() => Read(cluster, root));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen letters", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the path of a PEM file with the authorities whose certificates are trusted is expected, or cluster.secret")]
    [InlineData("require-client-certificate = true", "the path of a PEM file is expected with the authorities whose certificates are taken of nodes that call; it is absent")]
    [InlineData("authority = \"/nowhere/at-all.pem\"", "a PEM file is expected; there is no file /nowhere/at-all.pem")]
    public void Certificates_that_prove_nothing_are_a_problem(string tls, string problem)
    {
        _authority.Write();

        var refused = Assert.Throws<SettingsException>(() => Read($"secret = null, tls {{ {Tls}, {tls} }}"));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_is_no_place_for_the_secret()
    {
        File.WriteAllText(_file, Text("secret = null", ""));

        var refused = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(_file, [$"realtime.cluster.secret={Secret}"])));

        Assert.Contains("it came by the command line, which others on the machine can read", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    private string Tls => $"certificate = \"{_authority.CertificateFile}\", key = \"{_authority.KeyFile}\"";

    private static string Text(string cluster, string root) => $$"""
        realtime {
          node = core-1
          journal { provider = postgresql, postgresql.connection-string = "Host=db;Database=d;Username=u" }
          cluster { enabled = true, secret = ${?REALTIME_CLUSTER_SECRET} }
          {{root}}
          cluster { {{cluster}} }
        }
        """;

    private ServerSettings Read(string cluster, string root = "")
    {
        File.WriteAllText(_file, Text(cluster, root));
        return SettingsReader.Read(SettingsSource.Load(_file, [], name => name == "REALTIME_CLUSTER_SECRET" ? Secret : null));
    }
}
