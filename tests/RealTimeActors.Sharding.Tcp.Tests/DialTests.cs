using System.Net;
using System.Net.Sockets;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;
using RealTimeActors.Sharding.Tcp.Links;
using RealTimeActors.Sharding.Tcp.Tests.Support;

namespace RealTimeActors.Sharding.Tcp.Tests;

public sealed class DialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nobody_listens_the_connection_is_refused_which_proves_that_the_process_is_gone(bool probes)
    {
        // Somebody has the port and does not listen there: a free one might be given to another test meanwhile.
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var a = new TcpNode("a");
        var dialer = a.Nodes.DialerOf(a.Me, TcpNode.Member(new NodeIncarnation("b", 1), $"127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}"));

        if (probes)
            dialer.Probe(a.Heard);
        else
            dialer.Dial(a.Heard);

        var not = await a.Heard.NotConnectedAsync();
        Assert.True(not.IsRefused, not.Reason);
        Assert.Equal(1, a.Nodes.Figures.NobodyListened);
    }

    [Fact]
    public async Task Who_probes_somebody_that_listens_says_nothing_and_is_told_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var a = new TcpNode("a");

        a.Nodes.DialerOf(a.Me, TcpNode.Member(new NodeIncarnation("b", 1), $"{listener.LocalEndpoint}")).Probe(a.Heard);

        using var probe = await listener.AcceptSocketAsync();
        Assert.Equal(0, await probe.ReceiveAsync(new byte[1]));
        Assert.Empty(a.Heard.Events);
    }

    [Fact]
    public async Task Who_takes_the_connection_and_never_answers_is_not_gone_for_all_that()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var a = new TcpNode("a", options => options with { HandshakeWithin = TimeSpan.FromMilliseconds(100) });

        a.Nodes.DialerOf(a.Me, TcpNode.Member(new NodeIncarnation("b", 1), $"{listener.LocalEndpoint}")).Dial(a.Heard);

        var not = await a.Heard.NotConnectedAsync();
        Assert.False(not.IsRefused);
        Assert.Contains("did not finish the handshake within 100 ms", not.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_does_not_know_the_caller_yet_says_so_and_is_not_gone()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        await using var c = new TcpNode("c");
        b.Expects(c);

        a.Dials(b);

        var not = await a.Heard.NotConnectedAsync();
        Assert.False(not.IsRefused);
        Assert.Equal("a#1 is not known here as a member yet", not.Reason);
        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.NotKnown));
    }

    [Fact]
    public async Task A_node_that_has_not_joined_yet_takes_no_calls()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");

        a.Dials(b);

        Assert.Equal("this node has not joined yet, or stops", (await a.Heard.NotConnectedAsync()).Reason);
    }

    [Fact]
    public async Task Another_life_of_the_node_is_not_the_one_that_was_called()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b") { Me = new NodeIncarnation("b", 7) };
        b.Expects(a);

        a.To(b, as_: new NodeIncarnation("b", 5)).Dial(a.Heard);

        Assert.Equal("b#7 is here; b#5 was called", (await a.Heard.NotConnectedAsync()).Reason);
    }

    [Fact]
    public async Task A_node_that_was_forgotten_is_not_linked_with()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        b.Expects(a);
        b.Nodes.Forget(a.Me);

        a.Dials(b);

        Assert.Contains("not known", (await a.Heard.NotConnectedAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_this_node_lets_go_of_before_the_handshake_is_over_is_no_callers_fault()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b", heard: new LinkRecorder { LetsGo = true });
        b.Expects(a);

        a.Dials(b);
        await a.Heard.NotConnectedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Enum.GetValues<LinkRefusal>().All(refusal => b.Nodes.Figures.RefusedFor(refusal) == 0))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(1, b.Nodes.Figures.RefusedFor(LinkRefusal.NotKnown));
        Assert.Empty(b.Log.Warnings);
    }

    [Fact]
    public async Task A_new_connection_of_a_node_takes_the_place_of_the_one_before()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        await TcpNode.LinkAsync(a, b);

        a.Dials(b);
        var (ours, theirs) = (await a.Heard.ConnectedAsync(times: 2), await b.Heard.ConnectedAsync(times: 2));

        ours.Send(new byte[] { 1, 2, 3 });
        await b.Heard.UntilAsync(heard => heard.Bytes == 3 && ReferenceEquals(heard.Link, theirs));
    }

    [Fact]
    public async Task When_both_dial_at_once_one_connection_stays_and_it_is_the_same_for_both()
    {
        await using var a = new TcpNode("a");
        await using var b = new TcpNode("b");
        var (toB, toA) = (a.To(b), b.To(a));
        b.Expects(a);
        a.Expects(b);

        for (var round = 1; round <= 50; round++)
        {
            using var start = new Barrier(2);
            await Task.WhenAll(Task.Run(() => DialTogether(start, toB, a.Heard)), Task.Run(() => DialTogether(start, toA, b.Heard)));

            // The one of the first name comes about, whatever becomes of the other.
            var dials = round;
            await a.Heard.UntilAsync(heard => Dialed(heard) == dials);
            await b.Heard.UntilAsync(heard => Dialed(heard) + heard.Events.Count(e => e is LinkEvent.NotConnected) == dials);
            a.Heard.Link!.Send(new byte[] { 1 });
            b.Heard.Link!.Send(new byte[] { 2 });
            await b.Heard.UntilAsync(heard => heard.Bytes == 1);
            await a.Heard.UntilAsync(heard => heard.Bytes == 1);
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("127.0.0.1:0")]
    [InlineData("a b:7400")]
    public async Task An_address_that_is_none_is_said_to_be_none(string address)
    {
        await using var a = new TcpNode("a");

        a.Nodes.DialerOf(a.Me, TcpNode.Member(new NodeIncarnation("b", 1), address)).Dial(a.Heard);

        var not = await a.Heard.NotConnectedAsync();
        Assert.False(not.IsRefused);
        Assert.Contains($"host:port is expected, as core-1:7400 or [fd00::5]:7400; '{address}' came", not.Reason, StringComparison.Ordinal);
    }

    private static int Dialed(LinkRecorder heard) => heard.Events.Count(e => e is LinkEvent.Connected { Link: TcpLink { IsDialed: true } });

    private static void DialTogether(Barrier start, INodeDialer dialer, LinkRecorder heard)
    {
        start.SignalAndWait();
        dialer.Dial(heard);
    }
}
