using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Relays;

/// <summary>Requests over plain HTTP that come to another node than the one that has their connection: two real nodes on a simulated network.</summary>
public sealed partial class HttpRelaysTests
{
    private const string Here = "edge-1";
    private const string There = "edge-2";
    private readonly ScriptedLines _lines = new();
    private TestCluster _cluster = null!;
    private string _key = "";

    [Fact]
    public void A_key_says_which_node_gave_it_to_every_other_node_and_to_no_other()
    {
        Begin();

        Assert.IsType<RelayHome.There>(RelaysOf(Here).HomeOf(_key));
        Assert.IsType<RelayHome.There>(RelaysOf("core-1").HomeOf(_key));
        Assert.IsType<RelayHome.Here>(RelaysOf(There).HomeOf(_key));
        Assert.All((string[])["", _key[..32], _key[..32] + "-", _key[..32] + "-x", _key[..32] + "-99999999999999999999", _key[..31] + "-1"], key => Assert.IsType<RelayHome.Here>(RelaysOf(Here).HomeOf(key)));
        Assert.True(_key.Length <= 64, $"{_key.Length} characters");
    }

    [Fact]
    public void A_request_is_answered_by_the_node_that_has_its_connection()
    {
        Begin();

        var asked = Ask(new RelayedRequest.Poll("place", "x.0", HasIdentity: true, TimeSpan.FromSeconds(5)));
        Assert.Equal(new RelayedRequest.Poll("place", "x.0", HasIdentity: true, TimeSpan.FromSeconds(5)), Assert.Single(_lines.Served).Request);
        _lines.Begin();
        _lines.Write("a batch");
        _lines.Last.End();
        _cluster.Settle();

        Assert.Equal((200, "x.1"), (asked.Head!.Status, Assert.Single(asked.Head.Fields).Value));
        Assert.Equal("a batch", string.Concat(asked.Parts));
        Assert.True(asked.HasEnded);
        Assert.Null(asked.Refusal);
    }

    [Fact]
    public void Of_a_connection_that_is_not_there_nothing_is_taken()
    {
        Begin();

        var asked = Ask(Up("{}"));
        _lines.Last.NotHere();
        _cluster.Settle();

        Assert.Equal((RelayRefusal.NotHere, null, false), (asked.Refusal, asked.Head, asked.HasEnded));
    }

    [Fact]
    public void A_stream_goes_on_for_as_long_as_it_is_followed()
    {
        Begin();

        var asked = Ask(Stream);
        _lines.Begin();
        for (var i = 0; i < 100; i++)
        {
            _lines.Write($"{i};");
            _cluster.Advance(i % 10 == 0 ? 25 : 0.01);
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(i => $"{i};")), string.Concat(asked.Parts));
        Assert.False(asked.IsBroken || asked.HasEnded);
        Assert.Equal(asked.Parts.Sum(part => part.Length), _lines.Written);
    }

    [Fact]
    public void Who_does_not_take_what_came_is_given_no_more_and_his_connection_knows()
    {
        Begin();

        var asked = Ask(Stream, takes: false);
        _lines.Begin();
        _lines.Write("one");
        _cluster.Settle();
        _lines.Write("two");
        _cluster.Advance(120);
        Assert.Equal(["one"], asked.Parts);
        Assert.Equal((0, 0), (_lines.Written, _lines.Abandoned));

        asked.Wrote();
        _cluster.Settle();
        Assert.Equal(["one", "two"], asked.Parts);
        Assert.Equal(3, _lines.Written);

        // Also in the middle of a write he learns that it is over.
        _lines.Last.Break();
        _cluster.Advance(3);
        Assert.True(asked.IsBroken);
    }

    [Fact]
    public void When_the_client_goes_its_connection_is_told()
    {
        Begin();
        var asked = Ask(Stream);
        _lines.Begin();
        _cluster.Settle();

        asked.GiveUp();
        _cluster.Settle();
        _lines.Write("too late");
        _cluster.Settle();

        Assert.Equal(1, _lines.Abandoned);
        Assert.Empty(asked.Parts);
    }

    [Fact]
    public void When_the_node_of_the_connection_dies_what_had_begun_breaks_off_and_what_had_not_may_have_been_taken()
    {
        Begin();
        var begun = Ask(Stream);
        _lines.Begin();
        _cluster.Settle();
        var asked = Ask(Up("{}"));

        _cluster.Crash(There);
        _cluster.Advance(5);

        Assert.True(begun.IsBroken);
        Assert.Equal(RelayRefusal.Unknown, asked.Refusal);
        // It is a member no more: what its keys opened is nobody's, and is resumed wherever it is asked for.
        Assert.IsType<RelayHome.Here>(RelaysOf(Here).HomeOf(_key));
    }

    [Fact]
    public void While_the_link_is_down_nothing_is_taken_and_nobody_takes_the_connection_for_gone()
    {
        Begin();
        var home = (RelayHome.There)RelaysOf(Here).HomeOf(_key);
        var begun = Ask(Stream);
        _lines.Begin();
        _cluster.Settle();

        var (one, other) = ($"{_cluster.Database.MemberOf(Here)}", $"{_cluster.Database.MemberOf(There)}");
        _cluster.Network.Cut(one, other);
        _cluster.Network.Block(one, other);
        _cluster.Network.Block(other, one);
        _cluster.Advance(0.1);
        var asked = new Asked();
        RelaysOf(Here).Ask(home, Up("{}"), asked);
        _cluster.Advance(0.1);

        Assert.True(begun.IsBroken);
        Assert.Equal(RelayRefusal.OutOfReach, asked.Refusal);
        Assert.IsType<RelayHome.OutOfReach>(RelaysOf(Here).HomeOf(_key));
        Assert.Single(_lines.Served);

        _cluster.Network.Unblock(one, other);
        _cluster.Network.Unblock(other, one);
        _cluster.Advance(3);
        Assert.IsType<RelayHome.There>(RelaysOf(Here).HomeOf(_key));
    }

    [Fact]
    public void Who_was_cut_off_is_given_up_where_his_connection_is()
    {
        Begin();
        Ask(Stream);
        _lines.Begin();
        _cluster.Settle();

        _cluster.Crash(Here);
        _cluster.Advance(45);

        Assert.Equal(1, _lines.Abandoned);
    }

    [Fact]
    public void What_is_on_its_way_is_bounded_and_one_more_is_told_when_it_is_worth_coming_back()
    {
        Begin(new RelayOptions { RequestBytesMax = 1_000 });
        var first = Ask(Up(new string('x', 5_000)), settles: false);
        var second = Ask(Up("{}"), settles: false);
        _cluster.Settle();
        Assert.Null(first.Refusal);
        Assert.Equal(RelayRefusal.Busy, second.Refusal);

        _lines.Begin();
        _cluster.Settle();
        Assert.Null(Ask(Up("{}")).Refusal);
    }

    [Fact]
    public void No_more_requests_than_there_may_be_are_answered_for_others()
    {
        Begin(new RelayOptions { RequestsMax = 2 });
        RelaysOf("core-1").Ask((RelayHome.There)RelaysOf("core-1").HomeOf(_key), Stream, new Asked());
        _cluster.Settle();

        var asked = new[] { Ask(Stream), Ask(Stream) };

        Assert.Equal([null, RelayRefusal.Busy], asked.Select(one => one.Refusal));
    }

    [Fact]
    public void Answers_wait_for_each_other_where_more_is_on_its_way_than_may_be_and_all_arrive()
    {
        Begin(new RelayOptions { AnswerBytesMax = 2_000 });
        var asked = Enumerable.Range(0, 20).Select(_ => Ask(Stream)).ToArray();

        foreach (var (_, answer) in _lines.Served)
        {
            answer.Head(new RelayedHead(200, []));
            answer.Write(new byte[1_500]);
        }

        _cluster.Settle();
        Assert.All(asked, one => Assert.Equal(1_500, one.Parts.Sum(part => part.Length)));
        Assert.Equal(20 * 1_500, _lines.Written);
    }

    [Fact]
    public void A_node_without_clients_of_its_own_has_no_connection()
    {
        Begin();
        var asked = new Asked();
        var shown = new Shown();
        var home = (RelayHome.There)RelaysOf(Here).HomeOf(RelaysOf("core-2").Mark(new string('k', 32)));

        RelaysOf(Here).Ask(home, Stream, asked);
        RelaysOf(Here).UseTicket(home, "right", null, comesBack: false, shown);
        _cluster.Settle();

        Assert.Equal(RelayRefusal.NotHere, asked.Refusal);
        Assert.True(shown is { WasAnswered: true, Ticket: null });
    }

    [Fact]
    public void A_ticket_is_used_by_the_node_that_made_it()
    {
        Begin();
        var (right, wrong) = (new Shown(), new Shown());
        var home = (RelayHome.There)RelaysOf(Here).HomeOf(RelaysOf(There).Mark(new string('t', 32)));

        RelaysOf(Here).UseTicket(home, "right", "a.b", comesBack: true, right);
        RelaysOf(Here).UseTicket(home, "wrong", null, comesBack: false, wrong);
        _cluster.Settle();

        Assert.Equal(("u", "a.b", "key"), (right.Ticket!.Identity.User, right.Ticket.SessionId, right.Ticket.SessionKey));
        Assert.DoesNotContain("key", $"{right.Ticket}", StringComparison.Ordinal);
        Assert.True(wrong is { WasAnswered: true, Ticket: null });

        _cluster.Crash(There);
        var late = new Shown();
        RelaysOf(Here).UseTicket(home, "right", null, comesBack: false, late);
        _cluster.Advance(5);
        Assert.True(late is { IsLost: true, WasAnswered: false });
    }

    private static RelayedRequest.Stream Stream => new("place", "", HasIdentity: false);

    private static RelayedRequest.Up Up(string lines) => new("place", System.Text.Encoding.UTF8.GetBytes(lines));

    private HttpRelays RelaysOf(string node) => _cluster[node].Engine.Relays!;

    private void Begin(RelayOptions? options = null)
    {
        _cluster = new TestCluster(new EngineOptions { Relays = options ?? new RelayOptions() });
        RelaysOf(There).Open(_lines);
        RelaysOf(Here).Open(new ScriptedLines());
        RelaysOf("core-1").Open(new ScriptedLines());
        _key = _cluster.Connect(There).Welcome.Session.Key!;
    }

    private Asked Ask(RelayedRequest request, bool takes = true, bool settles = true)
    {
        var asked = new Asked { Takes = takes };
        RelaysOf(Here).Ask((RelayHome.There)RelaysOf(Here).HomeOf(_key), request, asked);
        if (settles)
            _cluster.Settle();

        return asked;
    }

    private sealed class Shown : TicketCall
    {
        internal RelayedTicket? Ticket { get; private set; }

        internal bool WasAnswered { get; private set; }

        internal bool IsLost { get; private set; }

        protected internal override void Used(RelayedTicket? ticket) => (Ticket, WasAnswered) = (ticket, true);

        protected internal override void Lost() => IsLost = true;
    }
}
