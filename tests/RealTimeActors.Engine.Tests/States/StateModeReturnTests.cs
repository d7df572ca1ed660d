using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.States;

/// <summary>Following the state of a channel slowly, and coming back to it: with the changes where the log has them, with the state where it has not.</summary>
public sealed class StateModeReturnTests
{
    private readonly Changes _changes = new();
    private readonly TestNode _node = new(new EngineOptions { Heartbeat = TimeSpan.FromHours(1), RingBytesMax = 4_096, StatePartBytesMax = 1_000 });

    [Fact]
    public void A_state_that_is_taken_slowly_is_of_one_offset_however_much_happens_meanwhile()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 200);
        var reader = _node.Connect();
        reader.StopReading(afterBytes: 3_000);
        reader.Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        Assert.False(view.IsComplete);

        for (var round = 0; round < 20; round++)
        {
            _changes.Change(writer, 30);
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
        var reader = _node.Connect().Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        reader.StopReading(afterBytes: 10);
        _changes.Change(writer, 300, keys: 5);

        reader.ReadOn();
        view.Take(reader);

        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        Assert.Equal((1, 300), (view.Parts, view.Changes));
    }

    [Fact]
    public void Who_comes_back_gets_the_changes_after_what_it_acked()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 10);
        var reader = _node.Connect().Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        reader.Send("""{"ack":{"channel":"a","offset":10}}""");
        reader.Drop();
        _changes.Change(writer, 20);

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
        StateSteps.Fill(writer, 100);
        var reader = _node.Connect();
        reader.StopReading(afterBytes: 3_000);
        reader.Send(StateSteps.Follow());
        reader.Drop();
        _node.CrashAndRestart();
        writer = _node.Connect();
        _changes.Change(writer, 20);

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
    public void An_ack_that_crosses_the_state_on_its_way_is_not_for_it()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 100);
        var reader = _node.Connect().Send(StateSteps.Follow());
        reader.Send(StateSteps.Follow(more: ",\"fields\":[\"n\"]"));

        // It was sent before the second state had come: of that, nothing is known.
        reader.Send("""{"ack":{"channel":"a","offset":100}}""");
        reader.Drop();
        var again = _node.Accept().HelloAgainAs(reader);
        Assert.Equal(Recovered.None, Assert.Single(again.Welcome.Subscriptions).Recovered);
        Assert.True(new StateView("a").Take(again).IsComplete);

        again.Send(StateSteps.Follow());
        again.Send("""{"pong":{}}""");
        again.Send("""{"ack":{"channel":"a","offset":100}}""");
        again.Drop();
        Assert.Equal(Recovered.Full, Assert.Single(_node.Accept().HelloAgainAs(again).Welcome.Subscriptions).Recovered);
    }

    [Fact]
    public void A_position_is_gone_on_from_where_the_log_has_it()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 10);
        var view = new StateView("a").Take(_node.Connect().Send(StateSteps.Follow()));
        _changes.Change(writer, 20);
        var epoch = writer.Mutate("a", "k", "set", "1").Epoch;

        var reader = _node.Connect().Send(StateSteps.Follow(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":10}"""));
        view.Take(reader);

        Assert.Equal((1, writer.ReadState("a")), (view.Parts > 1 ? 1 : view.Parts, (view.Offset, view.Text)));
        Assert.Equal(21, view.Changes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_the_log_was_cut_the_state_comes_again(bool whileConnected)
    {
        var node = NodeThatKeepsFifty();
        var writer = node.Connect();
        StateSteps.Fill(writer, 10);
        var reader = node.Connect().Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        reader.Send("""{"ack":{"channel":"a","offset":10}}""");
        if (whileConnected)
            reader.StopReading(afterBytes: 10);
        else
            reader.Drop();

        _changes.Change(writer, 200);
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

        _changes.Change(writer, 5);
        Assert.Equal(writer.ReadState("a"), (view.Take(reader).Offset, view.Text));
    }

    [Fact]
    public void An_ack_of_less_than_the_state_that_came_after_a_gap_leaves_it_owed()
    {
        var node = NodeThatKeepsFifty();
        var writer = node.Connect();
        StateSteps.Fill(writer, 10);
        var reader = node.Connect().Send(StateSteps.Follow());
        reader.StopReading(afterBytes: 10);
        _changes.Change(writer, 200);
        reader.ReadOn();
        Assert.Equal(210, reader.Frames.OfType<ServerFrame.Subscribed>().Last().Offset);

        // The log has all that follows 180. Whether the client still has what the changes would build on, nobody knows: it was given another state.
        reader.Send("""{"ack":{"channel":"a","offset":180}}""");
        reader.Drop();
        var again = node.Accept().HelloAgainAs(reader);
        Assert.NotEqual(Recovered.Full, Assert.Single(again.Welcome.Subscriptions).Recovered);
        Assert.Equal(writer.ReadState("a"), new StateView("a").Take(again) is var view ? (view.Offset, view.Text) : default);
    }

    [Fact]
    public void The_position_is_told_before_the_state_that_belongs_to_it_however_long_the_session_takes_to_be_written()
    {
        var node = NodeThatKeepsFifty();
        var writer = node.Connect();
        StateSteps.Fill(writer, 10);
        var reader = node.Connect().Send(StateSteps.Follow());
        reader.StopReading(afterBytes: 10);
        _changes.Change(writer, 200);

        node.Disk.Faults.IsStalled = true;
        reader.ReadOn();
        Assert.DoesNotContain(reader.Frames, frame => frame is ServerFrame.State { Offset: 210 } or ServerFrame.Subscribed { Offset: 210 });
        node.Disk.Faults.IsStalled = false;
        node.Settle();

        var told = reader.Frames.Where(frame => frame is ServerFrame.State { Offset: 210 } or ServerFrame.Subscribed { Offset: 210 }).ToList();
        Assert.Equal(Recovered.Gap, Assert.IsType<ServerFrame.Subscribed>(told[0]).Recovered);
        Assert.True(told.Count > 1);
        Assert.All(told.Skip(1), part => Assert.IsType<ServerFrame.State>(part));
    }

    private static TestNode NodeThatKeepsFifty() => new(new EngineOptions
    {
        Heartbeat = TimeSpan.FromHours(1),
        RingBytesMax = 4_096,
        TrimEvery = 5,
        CatchUpEventsMax = 16,
        EventSourcing = EventSourcingOptions.Default with { SnapshotEvery = 10 },
        Channels = TestNode.With("a", new ChannelSettings { Retention = new RetentionRule { Count = 50 } }).Channels,
    });

    [Fact]
    public void A_restored_log_is_begun_anew_with_its_state()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 10);
        var copy = _node.Disk.TakeCopy();
        var reader = _node.Connect().Send(StateSteps.Follow());
        var epoch = reader.Frames.OfType<ServerFrame.Subscribed>().Single().Epoch;
        var view = new StateView("a").Take(reader);
        _changes.Change(writer, 10);
        reader.Send("""{"ack":{"channel":"a","offset":20}}""");
        _node.CrashAndRestart(() => _node.Disk.Restore(copy));

        var again = _node.Connect().Send(StateSteps.Follow(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":20}"""));

        Assert.Equal((Recovered.Reset, 10L), again.Frames.OfType<ServerFrame.Subscribed>().Last() is var subscribed ? (subscribed.Recovered, subscribed.Offset) : default);
        Assert.Equal(_node.Connect().ReadState("a"), (view.Take(again).Offset, view.Text));
    }

    [Fact]
    public void Who_followed_the_events_begins_with_the_state_and_the_other_way_round_nothing_is_lost()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 5);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        _changes.Change(writer, 5);
        client.Send("""{"ack":{"channel":"a","offset":10}}""");
        client.Forget();

        client.Send(StateSteps.Follow(more: ",\"from\":\"session\""));
        var view = new StateView("a").Take(client);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        client.Send("""{"pong":{}}""").Send("""{"ack":{"channel":"a","offset":10}}""");
        _changes.Change(writer, 5);
        client.Forget();

        client.Send("""{"id":3,"subscribe":{"channel":"a","from":"session"}}""");
        Assert.Equal([11L, 12L, 13L, 14L, 15L], client.Offsets);
    }

    [Fact]
    public void A_channel_of_a_followed_pattern_can_be_followed_in_mode_state_and_goes_back_to_the_pattern()
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 5);
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""").Send("""{"id":2,"subscribe":{"channel":">"}}""");
        client.Forget();

        client.Send(StateSteps.Follow());
        var view = new StateView("a").Take(client);
        _changes.Change(writer, 5);
        view.Take(client);
        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));

        client.Send("""{"id":4,"unsubscribe":{"channel":"a"}}""");
        _changes.Change(writer, 5);
        Assert.Equal([11L, 12L, 13L, 14L, 15L], client.Offsets);
    }

    [Fact]
    public void Without_the_right_to_history_the_state_comes_all_the_same_and_a_position_before_it_does_not()
    {
        var node = new TestNode(asksForTokens: true);
        var writer = node.ConnectAs("w", ("a", Rights.Mutate | Rights.History));
        StateSteps.Fill(writer, 5);
        var epoch = writer.Mutate("a", "k", "set", "1").Epoch;
        writer.Forget();
        var reader = node.ConnectAs("r", ("a", Rights.Subscribe)).Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        _changes.Change(writer, 5);

        Assert.Equal(writer.ReadState("a"), (view.Take(reader).Offset, view.Text));
        Assert.Equal(ErrorCode.Forbidden, Assert.IsType<ServerFrame.Error>(reader.Ask(StateSteps.Follow(more: $$$""","from":{"epoch":"{{{epoch}}}","offset":2}"""))).Code);
    }
}
