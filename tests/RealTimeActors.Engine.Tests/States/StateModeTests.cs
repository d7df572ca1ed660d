using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.States;

/// <summary>Following the state of a channel: first as it is, then what changes.</summary>
public sealed class StateModeTests
{
    private readonly TestNode _node = new(new EngineOptions { Heartbeat = TimeSpan.FromHours(1), RingBytesMax = 4_096, StatePartBytesMax = 1_000 });

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void The_state_comes_in_parts_and_then_the_changes_in_order(WireFormat format)
    {
        var writer = _node.Connect();
        Fill(writer, 50);
        var reader = _node.Connect(format).Send(Subscribe());
        var view = new StateView("a").Take(reader);
        Assert.True(view.IsComplete);
        Assert.InRange(view.Parts, 2, 50);

        Change(writer, 30);
        view.Take(reader);

        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
    }

    [Fact]
    public void The_state_of_an_empty_channel_is_one_empty_part()
    {
        var reader = _node.Connect().Send(Subscribe());

        Assert.Equal((0L, Recovered.None), reader.Take<ServerFrame.Subscribed>() is var subscribed ? (subscribed.Offset, subscribed.Recovered) : default);
        var state = reader.Take<ServerFrame.State>();
        Assert.Equal((0L, 0, true), (state.Offset, state.Entries.Count, state.Last));
    }

    [Fact]
    public void Changes_carry_only_what_changed_and_who_asked_for_it()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(Subscribe());

        writer.Mutate("a", "k", "set", """{"n":1,"m":{"x":1}}""", "\"mutationId\":\"c:1\"");
        writer.Mutate("a", "k", "merge", """{"m":{"y":2}}""");
        writer.Mutate("a", "k", "delete", null);

        var changes = reader.Frames.OfType<ServerFrame.Change>().ToArray();
        Assert.Equal([1L, 2L, 3L], changes.Select(change => change.Version));
        Assert.Equal("c:1", changes[0].MutationId);
        Assert.Equal("""{"m":{"y":2}}""", StateSteps.TextOf(changes[1].Patch!.Value));
        Assert.True(changes[2].Deleted);
    }

    [Fact]
    public void What_is_no_change_is_told_as_left_out()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(Subscribe());
        var now = _node.World.Time.GetUtcNow().ToUnixTimeMilliseconds();
        writer.Mutate("a", "k", "merge", """{"n":1}""", $"\"time\":{now}");
        writer.Mutate("a", "k", "merge", """{"n":0}""", $"\"time\":{now - 1_000}");
        writer.Send("""{"id":3,"publish":{"channel":"a","type":"t","data":1,"priority":"critical"}}""");
        writer.Mutate("a", "k", "merge", """{"n":2}""");

        var view = new StateView("a").Take(reader);

        Assert.Equal((4L, 2), (view.Offset, view.Changes));
        Assert.Equal(writer.ReadState("a").Text, view.Text);
    }

    [Fact]
    public void Fields_choose_what_of_the_values_is_seen_in_the_state_and_in_the_changes()
    {
        var writer = _node.Connect();
        writer.Mutate("a", "k", "set", """{"a":1,"secret":"s1"}""");
        var reader = _node.Connect().Send(Subscribe(more: ",\"fields\":[\"a\"]"));
        writer.Mutate("a", "k", "merge", """{"a":2,"secret":"s2"}""");
        writer.Mutate("a", "l", "set", """{"a":3,"secret":"s3"}""");

        var state = reader.Take<ServerFrame.State>();
        Assert.Equal("""{"a":1}""", StateSteps.TextOf(Assert.Single(state.Entries).Value));
        var changes = reader.Frames.OfType<ServerFrame.Change>().ToArray();
        Assert.Equal("""{"a":2}""", StateSteps.TextOf(changes[0].Patch!.Value));
        Assert.Equal("""{"a":3}""", StateSteps.TextOf((changes[1].Value ?? changes[1].Patch)!.Value));
    }

    [Fact]
    public void Changes_cost_credit_and_the_state_does_not()
    {
        var writer = _node.Connect();
        Fill(writer, 50);
        var reader = _node.Connect(hello: "\"credit\":0").Send(Subscribe());
        var view = new StateView("a").Take(reader);
        Assert.True(view.IsComplete);

        Change(writer, 10);
        view.Take(reader);
        Assert.Equal(0, view.Changes);
        for (var credit = 0; credit < 10; credit++)
        {
            reader.Send("""{"credit":{"events":1}}""");
            Assert.Equal(credit + 1, view.Take(reader).Changes);
        }

        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
    }

    [Fact]
    public void A_state_that_is_taken_slowly_is_of_one_offset_however_much_happens_meanwhile()
    {
        var writer = _node.Connect();
        Fill(writer, 200);
        var reader = _node.Connect();
        reader.StopReading(afterBytes: 3_000);
        reader.Send(Subscribe());
        var view = new StateView("a").Take(reader);
        Assert.False(view.IsComplete);

        for (var round = 0; round < 20; round++)
        {
            Change(writer, 30);
            reader.ReadOn(3_000);
            view.Take(reader);
        }

        reader.ReadOn();
        view.Take(reader);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        Assert.Contains("k199 ", view.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_falls_behind_catches_up_with_changes_out_of_the_log()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(Subscribe());
        var view = new StateView("a").Take(reader);
        reader.StopReading(afterBytes: 10);
        Change(writer, 300, keys: 5);

        reader.ReadOn();
        view.Take(reader);

        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        Assert.Equal((1, 300), (view.Parts, view.Changes));
    }

    [Fact]
    public void Who_comes_back_gets_the_changes_after_what_it_acked()
    {
        var writer = _node.Connect();
        Fill(writer, 10);
        var reader = _node.Connect().Send(Subscribe());
        var view = new StateView("a").Take(reader);
        reader.Send("""{"ack":{"channel":"a","offset":10}}""");
        reader.Drop();
        Change(writer, 20);

        var again = _node.Accept().HelloAgainAs(reader);
        Assert.Equal((10L, Recovered.Full), Assert.Single(again.Welcome.Subscriptions) is var subscribed ? (subscribed.Offset, subscribed.Recovered) : default);
        var parts = view.Parts;
        view.Take(again);

        Assert.Equal(parts, view.Parts);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
    }

    [Fact]
    public void Who_has_not_acked_the_state_gets_it_again()
    {
        var writer = _node.Connect();
        Fill(writer, 100);
        var reader = _node.Connect();
        reader.StopReading(afterBytes: 3_000);
        reader.Send(Subscribe());
        reader.Drop();
        _node.CrashAndRestart();
        writer = _node.Connect();
        Change(writer, 20);

        var again = _node.Accept().HelloAgainAs(reader);

        Assert.Equal(Recovered.None, Assert.Single(again.Welcome.Subscriptions).Recovered);
        var view = new StateView("a").Take(again);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        again.Send($$$"""{"ack":{"channel":"a","offset":{{{view.Offset}}}}}""");
        again.Drop();
        var third = _node.Accept().HelloAgainAs(again);
        Assert.Equal((view.Offset, Recovered.Full), Assert.Single(third.Welcome.Subscriptions) is var full ? (full.Offset, full.Recovered) : default);
        Assert.DoesNotContain(third.Frames, frame => frame is ServerFrame.State);
    }

    [Fact]
    public void A_position_is_gone_on_from_where_the_log_has_it()
    {
        var writer = _node.Connect();
        Fill(writer, 10);
        var view = new StateView("a").Take(_node.Connect().Send(Subscribe()));
        Change(writer, 20);
        var epoch = writer.Mutate("a", "k", "set", "1").Epoch;

        var reader = _node.Connect().Send(Subscribe(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":10}"""));
        view.Take(reader);

        Assert.Equal((1, writer.ReadState("a")), (view.Parts > 1 ? 1 : view.Parts, (view.Offset, view.Text)));
        Assert.Equal(21, view.Changes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_the_log_was_cut_the_state_comes_again(bool whileConnected)
    {
        var node = new TestNode(new EngineOptions
        {
            Heartbeat = TimeSpan.FromHours(1),
            RingBytesMax = 4_096,
            TrimEvery = 5,
            CatchUpEventsMax = 16,
            EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = 10 },
            Channels = TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 50 } }).Channels,
        });
        var writer = node.Connect();
        Fill(writer, 10);
        var reader = node.Connect().Send(Subscribe());
        var view = new StateView("a").Take(reader);
        reader.Send("""{"ack":{"channel":"a","offset":10}}""");
        if (whileConnected)
            reader.StopReading(afterBytes: 10);
        else
            reader.Drop();

        Change(writer, 200);
        var parts = view.Parts;
        if (whileConnected)
            reader.ReadOn();
        else
            reader = node.Accept().HelloAgainAs(reader);

        var subscribed = whileConnected ? reader.Frames.OfType<ServerFrame.Subscribed>().Last() : Assert.Single(reader.Welcome.Subscriptions);
        Assert.Equal((Recovered.Gap, 210L), (subscribed.Recovered, subscribed.Offset));
        Assert.NotNull(subscribed.Missing);
        if (!whileConnected)
            view.Take(subscribed);

        view.Take(reader);
        Assert.True(view.Parts > parts);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));

        Change(writer, 5);
        Assert.Equal(writer.ReadState("a"), (view.Take(reader).Offset, view.Text));
    }

    [Fact]
    public void A_restored_log_is_begun_anew_with_its_state()
    {
        var writer = _node.Connect();
        Fill(writer, 10);
        var copy = _node.Disk.TakeCopy();
        var reader = _node.Connect().Send(Subscribe());
        var epoch = reader.Frames.OfType<ServerFrame.Subscribed>().Single().Epoch;
        var view = new StateView("a").Take(reader);
        Change(writer, 10);
        reader.Send("""{"ack":{"channel":"a","offset":20}}""");
        _node.CrashAndRestart(() => _node.Disk.Restore(copy));

        var again = _node.Connect().Send(Subscribe(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":20}"""));

        Assert.Equal((Recovered.Reset, 10L), again.Frames.OfType<ServerFrame.Subscribed>().Last() is var subscribed ? (subscribed.Recovered, subscribed.Offset) : default);
        Assert.Equal(_node.Connect().ReadState("a"), (view.Take(again).Offset, view.Text));
    }

    [Fact]
    public void Batches_go_together_with_it()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(Subscribe(more: ",\"shape\":{\"batchMs\":200,\"batchMax\":10}"));
        var view = new StateView("a").Take(reader);

        Change(writer, 45);
        writer.Send("""{"id":3,"publish":{"channel":"a","type":"t","data":1}}""");
        _node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(writer.ReadState("a"), (view.Take(reader).Offset, view.Text));
    }

    [Theory]
    [InlineData("\"shape\":{\"debounceMs\":10}", ErrorCode.BadRequest)]
    [InlineData("\"shape\":{\"conflate\":\"key\"}", ErrorCode.BadRequest)]
    [InlineData("\"shape\":{\"maxPerSecond\":10}", ErrorCode.BadRequest)]
    [InlineData("\"overflow\":\"conflate\"", ErrorCode.BadRequest)]
    [InlineData("\"overflow\":\"dropOldest\"", ErrorCode.BadRequest)]
    [InlineData("\"priority\":\"high\"", ErrorCode.BadRequest)]
    [InlineData("\"filter\":{\"type\":[\"t\"]}", ErrorCode.BadRequest)]
    public void What_would_leave_changes_out_is_refused_by_name(string option, ErrorCode code)
    {
        var error = Assert.IsType<ServerFrame.Error>(_node.Connect().Ask(Subscribe(more: "," + option)));

        Assert.Equal(code, error.Code);
        Assert.Contains("mode state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_is_not_followed_in_mode_state() =>
        Assert.Equal(ErrorCode.NotEnabled, Assert.IsType<ServerFrame.Error>(_node.Connect().Ask(Subscribe("a.*"))).Code);

    [Fact]
    public void Who_followed_the_events_begins_with_the_state_and_the_other_way_round_nothing_is_lost()
    {
        var writer = _node.Connect();
        Fill(writer, 5);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        Change(writer, 5);
        client.Send("""{"ack":{"channel":"a","offset":10}}""");
        client.Forget();

        client.Send(Subscribe(more: ",\"from\":\"session\""));
        var view = new StateView("a").Take(client);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        client.Send("""{"ack":{"channel":"a","offset":10}}""");
        Change(writer, 5);
        client.Forget();

        client.Send("""{"id":3,"subscribe":{"channel":"a","from":"session"}}""");
        Assert.Equal([11L, 12L, 13L, 14L, 15L], client.Offsets);
    }

    [Fact]
    public void A_channel_of_a_followed_pattern_can_be_followed_in_mode_state_and_goes_back_to_the_pattern()
    {
        var writer = _node.Connect();
        Fill(writer, 5);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""").Send("""{"id":2,"subscribe":{"channel":">"}}""");
        client.Forget();

        client.Send(Subscribe());
        var view = new StateView("a").Take(client);
        Change(writer, 5);
        view.Take(client);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));

        client.Send("""{"id":4,"unsubscribe":{"channel":"a"}}""");
        Change(writer, 5);
        Assert.Equal([11L, 12L, 13L, 14L, 15L], client.Offsets);
    }

    [Fact]
    public void Without_the_right_to_history_the_state_comes_all_the_same_and_a_position_before_it_does_not()
    {
        var node = new TestNode(asksForTokens: true);
        var writer = node.ConnectAs("w", ("a", Rights.Mutate | Rights.History));
        Fill(writer, 5);
        var epoch = writer.Mutate("a", "k", "set", "1").Epoch;
        writer.Forget();
        var reader = node.ConnectAs("r", ("a", Rights.Subscribe)).Send(Subscribe());
        var view = new StateView("a").Take(reader);
        Change(writer, 5);

        Assert.Equal(writer.ReadState("a"), (view.Take(reader).Offset, view.Text));
        Assert.Equal(ErrorCode.Forbidden, Assert.IsType<ServerFrame.Error>(reader.Ask(Subscribe(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":2}"""))).Code);
    }

    [Fact]
    public void Many_readers_of_the_same_fields_share_one_encoding()
    {
        var writer = _node.Connect();
        TestClient[] readers = [.. Enumerable.Range(0, 20).Select(i => _node.Connect().Send(Subscribe(more: i % 2 == 0 ? "" : ",\"fields\":[\"n\"]")))];
        Change(writer, 10);

        foreach (var reader in readers.Where((_, i) => i % 2 == 0))
        {
            var view = new StateView("a").Take(reader);
            Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        }
    }

    private static string Subscribe(string channel = "a", string more = "") => $$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}","mode":"state"{{{more}}}}}""";

    /// <summary>So many entries.</summary>
    private static void Fill(TestClient writer, int count)
    {
        for (var i = 0; i < count; i++)
            writer.Send(StateSteps.MutateFrame("a", $"k{i:000}", "set", $$"""{"n":{{i}},"text":"{{new string('x', 30)}}"}"""), settles: i % 50 == 49 || i == count - 1);

        Assert.Equal(count, writer.Frames.OfType<ServerFrame.Mutated>().Count());
        writer.Forget();
    }

    private int _changed;

    /// <summary>So many changes of the first entries: merges, whole values, and now and then a delete.</summary>
    private void Change(TestClient writer, int count, int keys = 10)
    {
        for (var i = 0; i < count; i++)
        {
            _changed++;
            var key = $"k{_changed % keys:000}";
            var frame = (_changed % 11) switch
            {
                3 => StateSteps.MutateFrame("a", key, "set", $$"""{"n":{{_changed}},"whole":true}"""),
                7 => StateSteps.MutateFrame("a", key, "increment", """{"sum":1}"""),
                9 => StateSteps.MutateFrame("a", key, "delete", null),
                _ => StateSteps.MutateFrame("a", key, "merge", $$$"""{"n":{{{_changed}}},"m{{{_changed % 3}}}":{"x":{{{_changed}}}}}"""),
            };
            writer.Send(frame, settles: i % 50 == 49 || i == count - 1);
        }

        Assert.Equal(count, writer.Frames.OfType<ServerFrame.Mutated>().Count());
        writer.Forget();
    }
}
