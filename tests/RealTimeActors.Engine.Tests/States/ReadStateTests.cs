using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.States;

/// <summary>The state as it is, as it was, and how it came to be.</summary>
public sealed class ReadStateTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void A_page_says_where_the_next_begins_and_all_are_of_one_offset_when_it_is_asked_for()
    {
        var client = _node.Connect();
        for (var i = 0; i < 25; i++)
            client.Mutate("a", $"k{i:00}", "set", $"{i}");

        var first = client.ReadStatePage("a", limit: 10);
        client.Mutate("a", "k15", "set", "0");
        var second = client.ReadStatePage("a", at: first.Offset, after: first.NextKey, limit: 10);
        var third = client.ReadStatePage("a", at: first.Offset, after: second.NextKey, limit: 10);

        Assert.Equal(25, first.Offset);
        Assert.Equal(("k09", "k19", null), (first.NextKey, second.NextKey, third.NextKey));
        Assert.Equal(string.Concat(Enumerable.Range(0, 25).Select(i => $"k{i:00} 1 {i}\n")), StateView.TextOf([.. first.Entries, .. second.Entries, .. third.Entries]));
        Assert.Equal("k15 2 0\n", StateView.TextOf(client.ReadStatePage("a", after: "k14", limit: 1).Entries));
    }

    [Fact]
    public void A_page_ends_where_a_frame_does()
    {
        var client = _node.Connect();
        for (var i = 0; i < 8; i++)
            client.Mutate("a", $"k{i}", "set", $"\"{new string('x', 20_000)}\"");

        var first = client.ReadStatePage("a");

        Assert.Equal((3, "k2"), (first.Entries.Count, first.NextKey));
        Assert.Equal(8, client.ReadState("a").Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void One_entry_is_read_by_its_key()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", """{"n":1}""");
        client.Mutate("a", "other", "set", "2");

        var page = Assert.IsType<ServerFrame.Page>(client.Ask("""{"id":5,"read":{"channel":"a","what":"state","key":"k"}}"""));
        var none = Assert.IsType<ServerFrame.Page>(client.Ask("""{"id":6,"read":{"channel":"a","what":"state","key":"gone"}}"""));

        Assert.Equal("k 1 {\"n\":1}\n", StateView.TextOf(page.Entries));
        Assert.Empty(none.Entries);
        Assert.Equal((2L, 2L), (page.Offset, none.Offset));
    }

    [Fact]
    public void The_state_is_read_as_of_any_offset_that_is_retained()
    {
        var client = _node.Connect();
        var states = Fill(client, 40);

        foreach (var (offset, text) in states)
            Assert.Equal((offset, text), client.ReadState("a", at: offset));

        Assert.Equal((0L, ""), client.ReadState("a", at: 0));
        Assert.Equal(ErrorCode.PositionGone, Assert.IsType<ServerFrame.Error>(client.Ask("""{"id":5,"read":{"channel":"a","what":"state","at":41}}""")).Code);
        var elsewhere = Assert.IsType<ServerFrame.Error>(client.Ask("""{"id":6,"read":{"channel":"a","what":"history","key":"k","from":{"epoch":"other","offset":3}}}"""));
        Assert.EndsWith("; what follows offset 3 of epoch other is not among them.", elsewhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_retention_has_cut_off_was_folded_before_and_the_state_at_the_cut_is_kept_over_crashes()
    {
        var node = new TestNode(new EngineOptions
        {
            TrimEvery = 5,
            EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = 5 },
            Channels = TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 20 } }).Channels,
        });
        var client = node.Connect();
        var states = new SortedDictionary<long, string>();
        for (var round = 0; round < 8; round++)
        {
            foreach (var (offset, text) in Fill(client, 12))
                states[offset] = text;

            node.CrashAndRestart();
            client = node.Connect();
            var head = states.Keys.Max();
            Assert.Equal((head, states[head]), client.ReadState("a"));
            for (var at = Math.Max(1, head - 20); at <= head; at++)
                Assert.Equal((at, states[at]), client.ReadState("a", at: at));

            if (head > 21)
                Assert.Equal(ErrorCode.PositionGone, Assert.IsType<ServerFrame.Error>(client.Ask($$$"""{"id":5,"read":{"channel":"a","what":"state","at":{{{head - 21}}}}}""")).Code);
        }

        Assert.True(node.Load("channel/a").Trim > 20, "the log is trimmed");
        Assert.True(node.Load("state/a") is { Last: > 1, Trim: > 0 }, "of the states at the cuts only the newest stays");
    }

    [Fact]
    public void The_history_of_a_key_tells_its_mutations_page_by_page()
    {
        var client = _node.Connect();
        for (var i = 0; i < 10; i++)
        {
            client.Mutate("a", i % 2 == 0 ? "k" : "other", "set", $"{i}");
            client.Send("""{"id":3,"publish":{"channel":"a","type":"t","key":"k","data":1}}""");
        }

        var first = Assert.IsType<ServerFrame.Page>(client.Ask("""{"id":5,"read":{"channel":"a","what":"history","key":"k","limit":3}}"""));
        var rest = Assert.IsType<ServerFrame.Page>(client.Ask(
            $$$$"""{"id":6,"read":{"channel":"a","what":"history","key":"k","from":{"epoch":"{{{{first.Epoch}}}}","offset":{{{{first.Next}}}}}}}"""));

        Assert.Equal([1L, 5L, 9L], first.Events.Select(e => e.Offset));
        Assert.Equal([13L, 17L], rest.Events.Select(e => e.Offset));
        Assert.Null(rest.Next);
        Assert.All(first.Events.Concat(rest.Events), e => Assert.Equal(("$state", "k"), (e.Type, e.Key)));
        Assert.Equal(ErrorCode.BadRequest, Assert.IsType<ServerFrame.Error>(client.Ask("""{"id":7,"read":{"channel":"a","what":"history"}}""")).Code);
    }

    [Fact]
    public void Who_may_follow_may_read_the_state_of_now_and_who_may_read_history_what_was()
    {
        var node = new TestNode(asksForTokens: true);
        node.ConnectAs("w", ("a", Rights.Mutate)).Mutate("a", "k", "set", "1");
        var follower = node.ConnectAs("f", ("a", Rights.Subscribe));
        var reader = node.ConnectAs("r", ("a", Rights.History));
        var writer = node.ConnectAs("w", ("a", Rights.Mutate));

        Assert.Equal((1L, "k 1 1\n"), follower.ReadState("a"));
        Assert.Equal((1L, "k 1 1\n"), reader.ReadState("a", at: 1));
        AssertForbidden(follower, """{"id":5,"read":{"channel":"a","what":"state","at":1}}""");
        AssertForbidden(follower, """{"id":5,"read":{"channel":"a","what":"history","key":"k"}}""");
        AssertForbidden(follower, StateSteps.MutateFrame("a", "k", "set", "2"));
        AssertForbidden(writer, """{"id":5,"read":{"channel":"a","what":"state"}}""");

        static void AssertForbidden(TestClient client, string frame) => Assert.Equal(ErrorCode.Forbidden, Assert.IsType<ServerFrame.Error>(client.Ask(frame)).Code);
    }

    [Fact]
    public void Reads_of_former_states_do_not_hold_the_channel_up()
    {
        var client = _node.Connect();
        Fill(client, 30);
        for (var at = 0; at < 30; at++)
            client.Send($$$"""{"id":{{{100 + at}}},"read":{"channel":"a","what":"state","at":{{{at}}}}}""", settles: false);

        client.Send(StateSteps.MutateFrame("a", "k", "set", "1"));

        Assert.Equal(Enumerable.Range(0, 30).Select(at => (long?)at), client.Frames.OfType<ServerFrame.Page>().Select(page => page.Offset).Order());
        Assert.Equal(31, client.Take<ServerFrame.Mutated>().Offset);
    }

    [Fact]
    public void The_figures_of_a_channel_tell_how_many_entries_it_has()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1");
        client.Mutate("a", "l", "set", "1");

        var stats = Assert.IsType<ServerFrame.Page>(client.Ask("""{"id":5,"read":{"channel":"a","what":"stats"}}"""));

        Assert.Equal("2", StateSteps.TextOf(Assert.Single(stats.Entries, entry => entry.Key == "entries").Value));
    }

    /// <summary>So many mutations of five keys, and the state after each of them.</summary>
    private static SortedDictionary<long, string> Fill(TestClient client, int count)
    {
        var states = new SortedDictionary<long, string>();
        for (var i = 0; i < count; i++)
        {
            var told = i % 7 == 6 ? client.Mutate("a", $"k{i % 5}", "delete", null) : client.Mutate("a", $"k{i % 5}", "merge", $$$"""{"n":{{{i}}},"m{{{i % 3}}}":true}""");
            states[told.Offset] = client.ReadState("a").Text;
            client.Forget();
        }

        return states;
    }
}
