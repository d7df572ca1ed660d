using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.States;

/// <summary>What becomes of a mutation, and when it is told.</summary>
public sealed class MutationTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void A_mutation_is_told_with_the_version_and_the_value_that_it_led_to_and_stands_in_the_log_as_an_event()
    {
        var client = _node.Connect();

        var first = client.Mutate("a", "grant-7", "merge", """{"amount":5,"who":"x"}""");
        var second = client.Mutate("a", "grant-7", "merge", """{"amount":7}""");

        Assert.Equal(("applied", 1L, 1L), (first.Result, first.Offset, first.Version));
        Assert.Equal((2L, 2L, """{"amount":7,"who":"x"}"""), (second.Offset, second.Version, StateSteps.TextOf(second.Value)));
        Assert.Equal(("a", "grant-7", false), (second.Channel, second.Key, second.Duplicate));
        var page = Assert.IsType<ServerFrame.Page>(client.Ask("""{"id":5,"read":{"channel":"a","what":"events"}}"""));
        Assert.All(page.Events, e => Assert.Equal(("$state", "grant-7", 32), (e.Type, e.Key, e.Hash.Length)));
        Assert.Equal([1L, 2L], page.Events.Select(e => e.Offset));
        Assert.Equal(first.Epoch, page.Epoch);
    }

    [Fact]
    public void Nothing_is_told_before_it_is_on_disk_and_nothing_of_it_is_read()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1");
        _node.Disk.Faults.IsStalled = true;

        client.Send(StateSteps.MutateFrame("a", "k", "set", "2"));
        client.Send(StateSteps.MutateFrame("a", "k", "set", "3", "\"ifVersion\":1", id: 79));

        Assert.DoesNotContain(client.Frames, frame => frame.Id is 77 or 79 && frame is ServerFrame.Mutated { Offset: > 1 });
        Assert.Equal((1L, "k 1 1\n"), client.ReadState("a"));
        client.Forget();

        // The second was judged on the first, which is not on disk yet either: so it waits with it.
        _node.Disk.Faults.IsStalled = false;
        _node.Settle();
        Assert.Equal(("applied", 2L, 2L), client.Take<ServerFrame.Mutated>() is var told ? (told.Result, told.Offset, told.Version) : default);
        var rejected = client.Take<ServerFrame.Mutated>();
        Assert.Equal(("rejected", 2L, "2"), (rejected.Result, rejected.Version, StateSteps.TextOf(rejected.Value)));
        Assert.NotNull(rejected.Reason);
    }

    [Fact]
    public void Of_two_that_want_the_same_version_one_wins_though_neither_has_seen_the_other()
    {
        var (one, other) = (_node.Connect(), _node.Connect());
        one.Mutate("a", "k", "set", "0");

        one.Send(StateSteps.MutateFrame("a", "k", "set", "1", "\"ifVersion\":1"), settles: false);
        other.Send(StateSteps.MutateFrame("a", "k", "set", "2", "\"ifVersion\":1"));

        string[] results = [one.Frames.OfType<ServerFrame.Mutated>().Last().Result, other.Frames.OfType<ServerFrame.Mutated>().Last().Result];
        Assert.Equal(["applied", "rejected"], results.Order());
        Assert.Equal(2, one.ReadState("a").Offset);
    }

    [Fact]
    public void What_is_rejected_is_in_no_log()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1");

        var rejected = client.Mutate("a", "k", "set", "2", "\"ifVersion\":0");

        Assert.Equal(("rejected", 1L, 1L), (rejected.Result, rejected.Offset, rejected.Version));
        Assert.Equal((1L, "k 1 1\n"), client.ReadState("a"));
        Assert.Equal(2, client.Mutate("a", "k", "set", "2").Offset);
    }

    [Fact]
    public void What_came_too_late_by_its_own_clock_is_logged_and_leaves_the_version()
    {
        var client = _node.Connect();
        var now = _node.World.Time.GetUtcNow().ToUnixTimeMilliseconds();
        client.Mutate("a", "k", "merge", """{"n":1}""", $"\"time\":{now}");

        var superseded = client.Mutate("a", "k", "merge", """{"n":2}""", $"\"time\":{now - 1_000}");

        Assert.Equal(("superseded", 2L, 1L), (superseded.Result, superseded.Offset, superseded.Version));
        Assert.Equal("""{"n":1}""", StateSteps.TextOf(superseded.Value));
        Assert.NotNull(superseded.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_repeat_gets_the_same_answer_with_the_version_of_now_also_after_a_crash(bool fromSnapshot)
    {
        var node = new TestNode(new EngineOptions { EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = fromSnapshot ? 3 : 10_000 } });
        var client = node.Connect();
        var first = client.Mutate("a", "k", "increment", """{"n":1}""", "\"mutationId\":\"c:1\"");
        for (var i = 0; i < 10; i++)
            client.Mutate("a", "k", "merge", """{"m":1}""");

        AssertRepeated(client);
        node.CrashAndRestart();
        AssertRepeated(node.Connect());

        void AssertRepeated(TestClient by)
        {
            var again = by.Mutate("a", "k", "increment", """{"n":1}""", "\"mutationId\":\"c:1\"");
            Assert.Equal((first.Result, first.Offset, true), (again.Result, again.Offset, again.Duplicate));
            Assert.Equal(11, again.Version);
            Assert.Equal("""{"m":1,"n":1}""", Sorted(again.Value));
            Assert.Equal(11, by.ReadState("a").Offset);
        }
    }

    [Fact]
    public void A_repeat_of_what_is_still_on_its_way_to_the_disk_waits_for_it()
    {
        var client = _node.Connect();
        _node.Disk.Faults.IsStalled = true;

        client.Send(StateSteps.MutateFrame("a", "k", "set", "1", "\"mutationId\":\"c:1\""));
        client.Send(StateSteps.MutateFrame("a", "k", "set", "1", "\"mutationId\":\"c:1\"", id: 78));

        Assert.Empty(client.Frames.OfType<ServerFrame.Mutated>());
        _node.Disk.Faults.IsStalled = false;
        _node.Settle();
        Assert.Equal([(1L, false), (1L, true)], client.Frames.OfType<ServerFrame.Mutated>().Select(told => (told.Offset, told.Duplicate)));
    }

    [Fact]
    public void The_same_id_with_something_else_is_a_conflict_and_of_another_client_another_mutation()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1", "\"mutationId\":\"c:1\"");

        Assert.Equal(ErrorCode.Conflict, client.CannotMutate("a", "k", "set", "2", "\"mutationId\":\"c:1\""));
        Assert.Equal(ErrorCode.Conflict, client.CannotMutate("a", "other", "set", "1", "\"mutationId\":\"c:1\""));
        Assert.False(client.Mutate("a", "k", "set", "2", "\"mutationId\":\"d:1\"").Duplicate);
    }

    [Fact]
    public void What_was_rejected_is_decided_again_when_it_comes_again()
    {
        var client = _node.Connect();
        Assert.Equal("rejected", client.Mutate("a", "k", "set", "1", "\"ifVersion\":1,\"mutationId\":\"c:1\"").Result);
        client.Mutate("a", "k", "set", "0");

        Assert.Equal("applied", client.Mutate("a", "k", "set", "1", "\"ifVersion\":1,\"mutationId\":\"c:1\"").Result);
    }

    [Fact]
    public void A_mutation_that_certainly_did_not_reach_the_disk_is_refused_and_changed_nothing()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", "1");
        _node.Disk.Faults.IsFull = true;

        Assert.Equal(ErrorCode.Overloaded, client.CannotMutate("a", "k", "set", "2"));

        _node.Disk.Faults.Heal();
        _node.World.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((1L, "k 1 1\n"), client.ReadState("a"));
        Assert.Equal(2, client.Mutate("a", "k", "set", "2").Version);
    }

    [Fact]
    public void A_mutation_whose_fate_is_unknown_says_so_and_its_repeat_counts_once()
    {
        var client = _node.Connect();
        client.Mutate("a", "k", "set", """{"n":0}""");
        for (var round = 1; round <= 8; round++)
        {
            var id = $"\"mutationId\":\"c:{round}\"";
            _node.Disk.Faults.UnknownCommitChance = 1;
            Assert.Equal(ErrorCode.Timeout, client.CannotMutate("a", "k", "increment", """{"n":1}""", id));
            _node.Disk.Faults.Heal();
            _node.World.Advance(TimeSpan.FromSeconds(2));

            var again = client.Mutate("a", "k", "increment", """{"n":1}""", id);

            Assert.Equal($$"""{"n":{{round}}}""", StateSteps.TextOf(again.Value));
            Assert.Equal(round + 1, again.Version);
        }
    }

    [Fact]
    public void Old_events_stay_decided_by_the_rules_of_their_time()
    {
        var client = WithRules("sum").Connect();
        client.Mutate("a", "k", "merge", """{"n":5}""");
        client.Mutate("a", "k", "merge", """{"n":3}""");
        var before = client.ReadState("a");
        Assert.Contains("""{"n":8}""", before.Text, StringComparison.Ordinal);

        // Another configuration, and no snapshot: everything is folded again.
        _rulesNode!.Options = _rulesNode.Options with { Channels = TestNode.With("a", new ChannelSettings { Merge = Rules("max") }).Channels };
        _rulesNode.CrashAndRestart();
        client = _rulesNode.Connect();
        Assert.Equal(before, client.ReadState("a"));

        Assert.Equal("""{"n":8}""", StateSteps.TextOf(client.Mutate("a", "k", "merge", """{"n":7}""").Value));
        Assert.Equal("""{"n":9}""", StateSteps.TextOf(client.Mutate("a", "k", "merge", """{"n":9}""").Value));
        var after = client.ReadState("a");
        _rulesNode.CrashAndRestart();
        Assert.Equal(after, _rulesNode.Connect().ReadState("a"));
        Assert.Equal(before, _rulesNode.Connect().ReadState("a", at: 2));
    }

    [Theory]
    [InlineData("mutate", """{"channel":"live","key":"k","operation":"set","value":1}""")]
    [InlineData("read", """{"channel":"live","what":"state"}""")]
    [InlineData("read", """{"channel":"live","what":"history","key":"k"}""")]
    [InlineData("subscribe", """{"channel":"live","mode":"state"}""")]
    public void An_ephemeral_channel_has_no_state(string kind, string body)
    {
        var node = new TestNode(TestNode.With("live", new ChannelSettings { IsDurable = false }));

        var error = Assert.IsType<ServerFrame.Error>(node.Connect().Ask($$"""{"id":2,"{{kind}}":{{body}}}"""));

        Assert.Equal(ErrorCode.NotEnabled, error.Code);
        Assert.Contains("ephemeral", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_that_is_reached_is_named_and_nothing_is_logged()
    {
        var settings = new ChannelSettings { State = StateLimits.Default with { EntriesMax = 2 } };
        var client = new TestNode(TestNode.With("a", settings)).Connect();
        client.Mutate("a", "k1", "set", "1");
        client.Mutate("a", "k2", "set", "1");

        Assert.Equal(ErrorCode.LimitExceeded, client.CannotMutate("a", "k3", "set", "1"));
        client.Mutate("a", "k1", "delete", null);
        Assert.Equal("applied", client.Mutate("a", "k3", "set", "1").Result);
        Assert.Equal(4, client.ReadState("a").Offset);
    }

    [Fact]
    public void The_channels_of_the_server_have_no_state_that_can_be_changed() =>
        Assert.Equal(ErrorCode.Forbidden, _node.Connect().CannotMutate("$dlq.a", "k", "set", "1"));

    private TestNode? _rulesNode;

    private TestNode WithRules(string rule) => _rulesNode = new TestNode(TestNode.With("a", new ChannelSettings { Merge = Rules(rule) }));

    private static ConflictRules Rules(string rule)
    {
        Assert.True(ConflictRules.TryCreate(rule, [], out var rules, out var error), error);
        return rules;
    }

    private static string Sorted(ReadOnlyMemory<byte> json) =>
        $"{{{string.Join(',', StateSteps.TextOf(json).Trim('{', '}').Split(',').Order(StringComparer.Ordinal))}}}";
}
