using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.States;

/// <summary>Following the state of a channel: first as it is, then what changes.</summary>
public sealed class StateModeTests
{
    private readonly Changes _changes = new();
    private readonly TestNode _node = new(new EngineOptions { Heartbeat = TimeSpan.FromHours(1), RingBytesMax = 4_096, StatePartBytesMax = 1_000 });

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void The_state_comes_in_parts_and_then_the_changes_in_order(WireFormat format)
    {
        var writer = _node.Connect();
        StateSteps.Fill(writer, 50);
        var reader = _node.Connect(format).Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        Assert.True(view.IsComplete);
        Assert.InRange(view.Parts, 2, 50);

        _changes.Change(writer, 30);
        view.Take(reader);

        Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
    }

    [Fact]
    public void The_state_of_an_empty_channel_is_one_empty_part()
    {
        var reader = _node.Connect().Send(StateSteps.Follow());

        Assert.Equal((0L, Recovered.None), reader.Take<ServerFrame.Subscribed>() is var subscribed ? (subscribed.Offset, subscribed.Recovered) : default);
        var state = reader.Take<ServerFrame.State>();
        Assert.Equal((0L, 0, true), (state.Offset, state.Entries.Count, state.Last));
    }

    [Fact]
    public void Changes_carry_only_what_changed_and_who_asked_for_it()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(StateSteps.Follow());

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
        var reader = _node.Connect().Send(StateSteps.Follow());
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
        var reader = _node.Connect().Send(StateSteps.Follow(more: ",\"fields\":[\"a\"]"));
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
        StateSteps.Fill(writer, 50);
        var reader = _node.Connect(hello: "\"credit\":0").Send(StateSteps.Follow());
        var view = new StateView("a").Take(reader);
        Assert.True(view.IsComplete);

        _changes.Change(writer, 10);
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
    public void Batches_go_together_with_it()
    {
        var writer = _node.Connect();
        var reader = _node.Connect().Send(StateSteps.Follow(more: ",\"shape\":{\"batchMs\":200,\"batchMax\":10}"));
        var view = new StateView("a").Take(reader);

        _changes.Change(writer, 45);
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
        var error = Assert.IsType<ServerFrame.Error>(_node.Connect().Ask(StateSteps.Follow(more: "," + option)));

        Assert.Equal(code, error.Code);
        Assert.Contains("mode state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_is_not_followed_in_mode_state() =>
        Assert.Equal(ErrorCode.NotEnabled, Assert.IsType<ServerFrame.Error>(_node.Connect().Ask(StateSteps.Follow("a.*"))).Code);

    [Fact]
    public void Many_readers_of_the_same_fields_share_one_encoding()
    {
        var writer = _node.Connect();
        TestClient[] readers = [.. Enumerable.Range(0, 20).Select(i => _node.Connect().Send(StateSteps.Follow(more: i % 2 == 0 ? "" : ",\"fields\":[\"n\"]")))];
        _changes.Change(writer, 10);

        foreach (var reader in readers.Where((_, i) => i % 2 == 0))
        {
            var view = new StateView("a").Take(reader);
            Assert.Equal(writer.ReadState("a"), (view.Offset, view.Text));
        }
    }
}
