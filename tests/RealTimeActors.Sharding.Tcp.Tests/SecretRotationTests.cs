using RealTimeActors.Sharding.Tcp.Tests.Support;

namespace RealTimeActors.Sharding.Tcp.Tests;

/// <summary>The secret of a cluster is changed while it runs: one node after the other is started anew with the new one, and the one before beside it.</summary>
public sealed class SecretRotationTests : IDisposable
{
    private const string New = "the secret from now on, long enough";
    private static readonly NodeSecret _former = new(TcpNode.Secret);
    private static readonly NodeSecret _new = new(New);
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    public static TheoryData<Knows, Knows> Steps => new()
    {
        { Knows.Former, Knows.Both },
        { Knows.Both, Knows.Former },
        { Knows.Both, Knows.Both },
        { Knows.Both, Knows.New },
        { Knows.New, Knows.Both },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Nodes_stay_linked_through_every_step_whoever_calls(Knows caller, Knows called)
    {
        foreach (var hasTls in (bool[])[false, true])
        {
            await using var a = new TcpNode("a", With(caller, hasTls));
            await using var b = new TcpNode("b", With(called, hasTls));

            await TcpNode.LinkAsync(a, b);
            a.Heard.Link!.Send(new byte[1_000]);
            await b.Heard.UntilAsync(heard => heard.Bytes == 1_000);

            Assert.DoesNotContain(New, a.Log.All + b.Log.All, StringComparison.Ordinal);
            Assert.DoesNotContain(TcpNode.Secret, a.Log.All + b.Log.All, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Knows.Former, Knows.New)]
    [InlineData(Knows.New, Knows.Former)]
    public async Task Who_knows_the_former_one_only_is_nobody_when_the_others_have_forgotten_it(Knows caller, Knows called)
    {
        await using var a = new TcpNode("a", With(caller));
        await using var b = new TcpNode("b", With(called));

        var not = await TcpNode.RefusedAsync(a, b);

        Assert.StartsWith("proof of the cluster's secret is expected; what came does not prove it", not.Reason, StringComparison.Ordinal);
        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Secret));
    }

    [Fact]
    public async Task A_former_secret_of_others_opens_nothing()
    {
        await using var a = new TcpNode("a", options => options with { Secret = new NodeSecret("a third secret, of nobody here"), FormerSecret = new NodeSecret("a fourth secret, of nobody here") });
        await using var b = new TcpNode("b", With(Knows.Both));

        Assert.Contains("does not prove it", (await TcpNode.RefusedAsync(a, b)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_names_who_does_not_know_the_new_one_yet_and_nobody_else()
    {
        await using var old = new TcpNode("a", With(Knows.Former));
        await using var called = new TcpNode("b", With(Knows.Both));
        await using var new_ = new TcpNode("c", With(Knows.New));
        await using var caller = new TcpNode("d", With(Knows.Both));

        await TcpNode.LinkAsync(old, called);
        await TcpNode.LinkAsync(caller, new_);
        await called.DisposeAsync();
        await caller.DisposeAsync();

        Assert.Contains("a#1 knows the cluster's former secret only", called.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("former secret", caller.Log.All + old.Log.All + new_.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_one_alone_is_not_enough()
    {
        var options = new TcpNodeOptions { Cluster = "test", Fingerprint = "f", FormerSecret = _former };

        Assert.Contains("A secret is expected beside the former one", Assert.Throws<ArgumentException>(() => TcpNodes.Listen(options)).Message, StringComparison.Ordinal);
    }

    private Func<TcpNodeOptions, TcpNodeOptions> With(Knows knows, bool hasTls = false) => options => options with
    {
        Secret = knows == Knows.Former ? _former : _new,
        FormerSecret = knows == Knows.Both ? _former : null,
        Tls = hasTls ? _certificates.Tls(isChecked: false, requiresClient: false) : null,
    };
}
