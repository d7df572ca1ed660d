using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Tests.Support;

namespace RealTimeActors.Sharding.Tcp.Tests;

public sealed class HostileTests
{
    private static readonly NodeSecret _secret = new(TcpNode.Secret);

    public static TheoryData<byte[]> Nonsense =>
    [
        [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 167))],
        [.. "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8],
        [0xFF, 0xFF, 0xFF, 0x7F, .. "RTNL"u8, 1, 1],
        [0xFF, 0xFF, 0xFF, 0xFF, .. "RTNL"u8, 1, 1],
        [5, 0, 0, 0, .. "RTNL"u8, 1, 1],
        [.. Stranger.Message(1, 1, 1, 2, 3)],
        [.. Stranger.Message(1, 3, 0)],
        [.. Stranger.Message(1, 1, [.. Enumerable.Repeat((byte)0xFF, 4_000)])],
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_costs_its_own_connection_and_no_other(byte[] nonsense)
    {
        await using var a = new TcpNode("a", options => options with { Secret = _secret });
        await using var b = new TcpNode("b", options => options with { Secret = _secret });
        await TcpNode.LinkAsync(a, b);
        using var stranger = new Stranger(b.Port);

        stranger.Says(nonsense);
        await stranger.IsPutOutAsync();

        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.Unreadable));
        a.Heard.Link!.Send(new byte[] { 1, 2, 3 });
        await b.Heard.UntilAsync(heard => heard.Bytes == 3);
        Assert.Empty(b.Heard.Events.OfType<LinkEvent.Disconnected>());
    }

    [Fact]
    public async Task Who_says_one_byte_and_waits_is_put_out_when_the_time_is_over()
    {
        await using var b = new TcpNode("b", options => options with { Secret = _secret, HandshakeWithin = TimeSpan.FromMilliseconds(100) });
        using var stranger = new Stranger(b.Port);

        stranger.Says(40);
        await stranger.IsPutOutAsync();

        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.TooSlow));
        Assert.Contains("its handshake took longer than 100 ms", Assert.Single(b.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_too_many_in_their_handshake_the_oldest_goes_and_a_node_gets_through()
    {
        await using var a = new TcpNode("a", options => options with { Secret = _secret });
        await using var b = new TcpNode("b", options => options with { Secret = _secret, HandshakesMax = 3 });
        var strangers = Enumerable.Range(0, 8).Select(_ => new Stranger(b.Port)).ToArray();
        try
        {
            foreach (var stranger in strangers[..5])
                await stranger.IsPutOutAsync();

            await TcpNode.LinkAsync(a, b);

            Assert.InRange(b.Nodes.Figures.RefusedFor(LinkRefusal.TooMany), 5, 6);
            Assert.Single(b.Log.Warnings);
        }
        finally
        {
            foreach (var stranger in strangers)
                stranger.Dispose();
        }
    }

    [Fact]
    public async Task Who_speaks_another_version_is_told_which_is_spoken_here()
    {
        await using var b = new TcpNode("b");
        using var stranger = new Stranger(b.Port);

        stranger.Says(Stranger.Message(9, 1, 1, 2, 3));
        var (kind, body) = await stranger.HearsAsync();

        Assert.Equal((5, (byte)LinkRefusal.Version), (kind, body[0]));
        Assert.Contains("version 1 of the handshake is spoken here; version 9 came", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_was_overheard_is_of_no_use_a_second_time()
    {
        await using var a = new TcpNode("a", options => options with { Secret = _secret });
        await using var b = new TcpNode("b", options => options with { Secret = _secret });
        using var relay = new Relay(b.Port);
        await TcpNode.LinkAsync(a, b, relay.Address);
        var said = relay.Said;
        var hello = 4 + BitConverter.ToInt32(said);
        var proof = 4 + BitConverter.ToInt32(said, hello);
        using var stranger = new Stranger(b.Port);

        stranger.Says(said[..hello]);
        var challenge = await stranger.HearsAsync();
        stranger.Says(said[hello..(hello + proof)]);
        var answer = await stranger.HearsAsync();

        Assert.Equal(2, challenge.Kind);
        Assert.Equal((5, (byte)LinkRefusal.Secret), (answer.Kind, answer.Body[0]));
        Assert.Single(b.Heard.Events);
    }

    [Fact]
    public async Task What_was_heard_of_the_one_side_proves_nothing_to_it()
    {
        // A caller who has no secret asks the called node to prove something, and gives that back.
        await using var b = new TcpNode("b", options => options with { Secret = _secret });
        await using var a = new TcpNode("a", options => options with { Secret = _secret });
        using var relay = new Relay(b.Port);
        await TcpNode.LinkAsync(a, b, relay.Address);
        using var stranger = new Stranger(b.Port);
        stranger.Says(relay.Said[..(4 + BitConverter.ToInt32(relay.Said))]);

        var (_, challenge) = await stranger.HearsAsync();
        stranger.Says(Stranger.Message(1, 3, [32, .. challenge[1..]]));

        Assert.Equal((byte)LinkRefusal.Secret, (await stranger.HearsAsync()).Body[0]);
    }

    [Fact]
    public async Task An_overheard_node_that_calls_from_elsewhere_gets_no_word_about_this_one_before_it_has_proven_itself()
    {
        await using var b = new TcpNode("b", options => options with { Secret = _secret, Cluster = "the-name-of-the-cluster", Fingerprint = "the-shapes" });
        await using var a = new TcpNode("a", options => options with { Secret = new NodeSecret("another secret, as long as the first"), Cluster = "x", Fingerprint = "y" });

        var not = await TcpNode.RefusedAsync(a, b);

        Assert.DoesNotContain("the-name-of-the-cluster", not.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("the-shapes", not.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_looks_whether_anybody_listens_is_counted_and_not_complained_of()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b", options => options with { Secret = _secret });
        using var stranger = new Stranger(b.Port);
        stranger.Dispose();

        // The next one comes after it.
        using var next = new Stranger(b.Port);
        next.Says([.. Enumerable.Repeat((byte)7, 10)]);
        await next.IsPutOutAsync();

        Assert.Single(b.Log.Warnings);
    }
}
