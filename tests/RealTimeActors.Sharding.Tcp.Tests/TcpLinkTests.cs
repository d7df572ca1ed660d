using System.Security.Cryptography;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Tests.Support;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Sharding.Tcp.Tests;

public sealed class TcpLinkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(65_531)]
    [InlineData(65_532)]
    [InlineData(131_072)]
    [InlineData(5_000_000)]
    public async Task What_is_sent_arrives_whole_and_in_order_whatever_its_length(int length)
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);
        var parts = Enumerable.Range(0, 7).Select(i => RandomNumberGenerator.GetBytes(i % 2 == 0 ? length : 1 + i)).ToArray();

        foreach (var part in parts)
        {
            Assert.True(a.Heard.Link!.Send(part));
            Assert.True(b.Heard.Link!.Send(part));
        }

        var all = parts.SelectMany(part => part).ToArray();
        await a.Heard.UntilAsync(heard => heard.Bytes >= all.Length);
        await b.Heard.UntilAsync(heard => heard.Bytes >= all.Length);
        Assert.Equal(all, a.Heard.Received);
        Assert.Equal(all, b.Heard.Received);
    }

    [Fact]
    public async Task Everything_that_waits_leaves_in_one_write()
    {
        // What is said on a connection that was just made waits until its handshake is over.
        var greetings = Enumerable.Range(0, 500).Select(i => new byte[] { (byte)i, 1, 2 }).ToArray();
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b", heard: new LinkRecorder { Greetings = greetings });
        await TcpNode.LinkAsync(a, b);

        await a.Heard.UntilAsync(heard => heard.Bytes == 1_500);

        Assert.Equal(1, b.Nodes.Figures.Writes);
        Assert.Equal(500, b.Nodes.Figures.BatchesSent);
        Assert.Equal(500, a.Nodes.Figures.BatchesReceived);
        Assert.Equal(greetings.SelectMany(greeting => greeting), a.Heard.Received);
    }

    [Fact]
    public async Task Who_closes_says_why_and_is_told_nothing_more()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);

        a.Heard.Link!.Close("the test wants it");

        Assert.Equal("the other node closed the connection: the test wants it", (await b.Heard.DisconnectedAsync()).Reason);
        Assert.Empty(a.Heard.Events.OfType<LinkEvent.Disconnected>());
        Assert.True(a.Heard.Link.Send(new byte[10]));
    }

    [Fact]
    public async Task A_node_that_stops_says_so_and_from_then_on_nobody_listens_there()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);

        await b.Nodes.DisposeAsync();

        Assert.Equal("the other node closed the connection: the node stops", (await a.Heard.DisconnectedAsync()).Reason);
        a.Dials(b);
        Assert.True((await a.Heard.NotConnectedAsync()).IsRefused);
        Assert.Equal(0, a.Nodes.Figures.Links);
    }

    [Fact]
    public async Task A_link_that_nothing_comes_through_any_more_is_found_by_both_sides()
    {
        var time = new VirtualTime();
        await using var a = new TcpNode("a", options => options with { Time = time });
        await using var b = new TcpNode("b", options => options with { Time = time });
        using var relay = new Relay(b.Port);
        await TcpNode.LinkAsync(a, b, relay.Address);

        relay.Cut();
        var (byA, byB) = (a.Heard.DisconnectedAsync(), b.Heard.DisconnectedAsync());
        await ComesTrueAsync(() => byA.IsCompleted && byB.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal("nothing came for 10000 ms", (await byA).Reason);
        Assert.Equal("nothing came for 10000 ms", (await byB).Reason);
        Assert.True(time.Elapsed > TimeSpan.FromSeconds(10), "It was ended before it was silent.");
    }

    [Fact]
    public async Task A_link_on_which_nobody_has_anything_to_say_stays()
    {
        // By hand: on a busy machine a sign of life may take longer than any silence that a test has time for.
        var time = new VirtualTime();
        await using var a = new TcpNode("a", options => options with { Time = time });
        await using var b = new TcpNode("b", options => options with { Time = time });
        await TcpNode.LinkAsync(a, b);

        // Many times as long as either may be silent. Within half of that each gives a sign of life.
        for (var i = 0; i < 50; i++)
        {
            var (heardByA, heardByB) = (a.Nodes.Figures.BytesReceived, b.Nodes.Figures.BytesReceived);
            time.Advance(TimeSpan.FromSeconds(5));
            await ComesTrueAsync(() => a.Nodes.Figures.BytesReceived > heardByA && b.Nodes.Figures.BytesReceived > heardByB);
        }

        Assert.Empty(a.Heard.Events.OfType<LinkEvent.Disconnected>());
        Assert.Empty(b.Heard.Events.OfType<LinkEvent.Disconnected>());
    }

    [Fact]
    public async Task A_connection_that_its_actor_never_took_is_ended()
    {
        await using var a = new TcpNode("a", options => options with { Silence = TimeSpan.FromMilliseconds(200) }, new LinkRecorder { Greetings = [] });
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);

        Assert.Equal("the other node closed the connection: nobody took the connection", (await b.Heard.DisconnectedAsync()).Reason);
    }

    [Fact]
    public async Task A_frame_that_is_longer_than_what_is_taken_ends_the_link_with_its_length_as_the_reason()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b", options => options with { FrameBytesMax = 10_000 });
        await TcpNode.LinkAsync(a, b);

        a.Heard.Link!.Send(new byte[10_001]);

        Assert.Equal("a frame of 10001 bytes was sent; 10000 are taken", (await b.Heard.DisconnectedAsync()).Reason);
        Assert.Equal("the other node closed the connection: a frame of 10001 bytes was sent; 10000 are taken", (await a.Heard.DisconnectedAsync()).Reason);
    }

    [Fact]
    public async Task A_batch_that_fits_no_frame_ends_the_link_before_it_is_sent()
    {
        await using var a = new TcpNode("a", options => options with { FrameBytesMax = 10_000 });
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);

        Assert.True(a.Heard.Link!.Send(new byte[10_001]));

        Assert.Equal("a batch of 10001 bytes was to be sent; 10000 are the most in one frame", (await a.Heard.DisconnectedAsync()).Reason);
    }

    [Fact]
    public async Task Who_does_not_look_at_what_came_is_sent_no_more_and_the_sender_is_told_that_it_is_full()
    {
        var heard = new LinkRecorder { Takes = false, KeepsBytes = false };
        await using var a = new TcpNode("a", options => options with { UnsentBytesMax = 1 << 20, FrameBytesMax = 1 << 16 });
        await using var b = new TcpNode("b", options => options with { UntakenBytesMax = 100_000 }, heard);
        await TcpNode.LinkAsync(a, b);
        var batch = new byte[1 << 16];

        var sent = 0;
        while (a.Heard.Link!.Send(batch) && sent < 10_000)
            sent++;

        Assert.InRange(sent, 15, 9_999);
        await heard.UntilAsync(one => one.Bytes > 100_000);
        Assert.InRange(heard.Bytes, 100_001, 100_000 + (2 << 16));
    }

    [Fact]
    public async Task When_somebody_looks_at_what_came_the_rest_follows()
    {
        var heard = new LinkRecorder { Takes = false, KeepsBytes = false };
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b", options => options with { UntakenBytesMax = 100_000 }, heard);
        await TcpNode.LinkAsync(a, b);
        for (var i = 0; i < 200; i++)
            Assert.True(a.Heard.Link!.Send(new byte[1 << 16]));

        await heard.UntilAsync(one => one.Bytes > 100_000);
        heard.Takes = true;
        heard.Link!.Took((int)heard.Bytes);

        await heard.UntilAsync(one => one.Bytes == 200 << 16);
        Assert.Empty(a.Heard.Events.OfType<LinkEvent.Disconnected>());
    }
    private static async Task ComesTrueAsync(Func<bool> holds, Action? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            patience.Token.ThrowIfCancellationRequested();
            meanwhile?.Invoke();
            await Task.Yield();
        }
    }
}
