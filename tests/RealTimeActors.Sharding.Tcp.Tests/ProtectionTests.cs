using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using RealTimeActors.Sharding.Tcp.Tests.Support;

namespace RealTimeActors.Sharding.Tcp.Tests;

public sealed class ProtectionTests : IDisposable
{
    private static readonly NodeSecret _secret = new(TcpNode.Secret);
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(Protection.None)]
    [InlineData(Protection.Secret)]
    [InlineData(Protection.TlsAndSecret)]
    [InlineData(Protection.CheckedTlsAndSecret)]
    [InlineData(Protection.TlsOnBothSides)]
    public async Task Nodes_that_know_each_other_are_linked_and_what_they_say_arrives(Protection protection)
    {
        await using var a = new TcpNode("a", With(protection));
        await using var b = new TcpNode("b", With(protection));
        await TcpNode.LinkAsync(a, b);
        var said = RandomNumberGenerator.GetBytes(1_000_000);

        a.Heard.Link!.Send(said);
        b.Heard.Link!.Send(said.AsMemory(0, 100));

        await b.Heard.UntilAsync(heard => heard.Bytes == said.Length);
        await a.Heard.UntilAsync(heard => heard.Bytes == 100);
        Assert.Equal(said, b.Heard.Received);
        Assert.DoesNotContain(TcpNode.Secret, a.Log.All + b.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_another_secret_is_refused_and_no_log_says_either()
    {
        const string other = "another secret, as long as the first";
        await using var a = new TcpNode("a", options => options with { Secret = new NodeSecret(other) });
        await using var b = new TcpNode("b", With(Protection.Secret));

        var not = await TcpNode.RefusedAsync(a, b);

        Assert.StartsWith("proof of the cluster's secret is expected; what came does not prove it", not.Reason, StringComparison.Ordinal);
        Assert.False(not.IsRefused);
        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Secret));
        Assert.Single(a.Log.Warnings);
        Assert.DoesNotContain(other, a.Log.All + b.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain(TcpNode.Secret, a.Log.All + b.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Protection.None, Protection.Secret, "the cluster's secret is expected; the node that calls has none configured")]
    [InlineData(Protection.Secret, Protection.None, "the node that calls has a secret, the one that was called has none configured")]
    public async Task A_secret_on_one_side_only_is_said_to_be_that(Protection caller, Protection called, string reason)
    {
        await using var a = new TcpNode("a", With(caller));
        await using var b = new TcpNode("b", With(called));

        Assert.Equal(reason, (await TcpNode.RefusedAsync(a, b)).Reason);
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_refused()
    {
        await using var a = new TcpNode("a", options => With(Protection.Secret)(options) with { Cluster = "staging" });
        await using var b = new TcpNode("b", With(Protection.Secret));

        Assert.Equal("a node of cluster 'test' is expected; one of 'staging' calls", (await TcpNode.RefusedAsync(a, b)).Reason);
        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Cluster));
    }

    [Fact]
    public async Task A_node_whose_messages_have_other_shapes_is_refused()
    {
        await using var a = new TcpNode("a", options => options with { Fingerprint = "f-2" });
        await using var b = new TcpNode("b");

        Assert.Equal("messages of shape f-1 are expected; the node that calls has f-2: both need the same version and number of shards", (await TcpNode.RefusedAsync(a, b)).Reason);
    }

    [Theory]
    [InlineData(Protection.Secret, Protection.TlsAndSecret)]
    [InlineData(Protection.TlsAndSecret, Protection.Secret)]
    public async Task Tls_on_one_side_only_is_no_link_and_the_reason_points_there(Protection caller, Protection called)
    {
        await using var a = new TcpNode("a", With(caller));
        await using var b = new TcpNode("b", With(called));

        Assert.Contains("TLS", (await TcpNode.RefusedAsync(a, b)).Reason, StringComparison.Ordinal);
        if (called == Protection.Secret)
            Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Tls));

        // Who reads the log of the other one is pointed there, too.
        Assert.All(b.Log.Warnings, line => Assert.Matches("cluster.tls is configured on one side only|or it speaks without: [^.]*[.] 0 more", line));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_taken()
    {
        using var others = new TestCertificates();
        await using var a = new TcpNode("a", options => options with { Secret = _secret, Tls = others.Tls(isChecked: true, requiresClient: false) });
        await using var b = new TcpNode("b", With(Protection.CheckedTlsAndSecret));

        Assert.StartsWith($"TLS with {b.Nodes.Address} could not be agreed on", (await TcpNode.RefusedAsync(a, b)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_not_taken()
    {
        await using var a = new TcpNode("a", With(Protection.CheckedTlsAndSecret));
        await using var b = new TcpNode("b", options => options with { Secret = _secret, Tls = _certificates.Tls(isChecked: true, requiresClient: false, host: "elsewhere.example") });

        Assert.Contains("RemoteCertificateNameMismatch", (await TcpNode.RefusedAsync(a, b)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_calls_without_a_certificate_of_the_authority_is_refused_where_one_is_required()
    {
        using var others = new TestCertificates();
        var theirs = others.Issue();
        await using var a = new TcpNode("a", options => options with { Tls = new TcpNodeTls { Certificate = () => theirs, Authority = _certificates.Authority, RequiresClientCertificate = true } });
        await using var b = new TcpNode("b", With(Protection.TlsOnBothSides));

        Assert.Contains("certificate", (await TcpNode.RefusedAsync(a, b)).Reason, StringComparison.Ordinal);
        Assert.Empty(b.Heard.Events);
    }

    [Fact]
    public async Task Who_stands_between_with_a_certificate_of_his_own_is_found_out_by_the_proofs()
    {
        await using var a = new TcpNode("a", With(Protection.TlsAndSecret));
        await using var b = new TcpNode("b", With(Protection.TlsAndSecret));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var between = BetweenAsync(listener, b.Port);
        b.Expects(a);

        a.Dials(b, $"{listener.LocalEndpoint}");

        Assert.Contains("somebody stands between", (await a.Heard.NotConnectedAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Secret));
        Assert.Empty(b.Heard.Events);
        await between;
    }

    [Theory]
    [InlineData(null, false, false, "a secret is expected, or TLS that requires the certificates")]
    [InlineData(null, true, false, "a secret is expected, or TLS that requires the certificates")]
    public void Nobody_listens_to_other_machines_without_knowing_who_calls(string? secret, bool isChecked, bool requires, string problem)
    {
        var options = new TcpNodeOptions
        {
            Cluster = "test",
            Fingerprint = "f",
            Host = "0.0.0.0",
            AdvertisedHost = "core-1",
            Secret = secret is null ? null : new NodeSecret(secret),
            Tls = isChecked ? _certificates.Tls(isChecked, requires) : null,
        };

        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => TcpNodes.Listen(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_dials_another_machine_without_knowing_who_answers()
    {
        await using var a = new TcpNode("a");

        a.Nodes.DialerOf(a.Me, TcpNode.Member(new("b", 1), "192.0.2.1:7400")).Dial(a.Heard);

        Assert.Contains("192.0.2.1:7400 is another machine: a secret is needed", (await a.Heard.NotConnectedAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_secret_is_none()
    {
        var refused = Assert.Throws<ArgumentException>(() => new NodeSecret("fifteen letters"));

        Assert.StartsWith("A secret of at least 16 bytes is expected; one of 15 came.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen letters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_said_to_be_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var not = Assert.Throws<TcpNodesException>(() => TcpNodes.Listen(new TcpNodeOptions { Cluster = "test", Fingerprint = "f", Port = port }));

        Assert.StartsWith($"A free address to listen for other nodes is expected; 127.0.0.1:{port} cannot be used (AddressAlreadyInUse)", not.Message, StringComparison.Ordinal);
    }

    private Func<TcpNodeOptions, TcpNodeOptions> With(Protection protection) => options => options with
    {
        Secret = protection is Protection.None or Protection.TlsOnBothSides ? null : _secret,
        Tls = protection switch
        {
            Protection.TlsAndSecret => _certificates.Tls(isChecked: false, requiresClient: false),
            Protection.CheckedTlsAndSecret => _certificates.Tls(isChecked: true, requiresClient: false),
            Protection.TlsOnBothSides => _certificates.Tls(isChecked: true, requiresClient: true),
            _ => null,
        },
    };

    /// <summary>Speaks TLS with both, and passes on what they say.</summary>
    private async Task BetweenAsync(TcpListener listener, int port)
    {
        using var caller = await listener.AcceptTcpClientAsync();
        using var called = new TcpClient("127.0.0.1", port);
        await using var towardsCaller = new SslStream(caller.GetStream());
        await using var towardsCalled = new SslStream(called.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await towardsCaller.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificates.Issue() });
        await towardsCalled.AuthenticateAsClientAsync("127.0.0.1");
        var there = towardsCaller.CopyToAsync(towardsCalled);
        await towardsCalled.CopyToAsync(towardsCaller);
        caller.Close();
        try
        {
            await there;
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Both have ended.
        }
    }
}
