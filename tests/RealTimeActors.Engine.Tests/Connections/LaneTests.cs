using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>Who comes first on a connection that does not take everything at once, and that nobody waits for ever.</summary>
public sealed class LaneTests
{
    private readonly TestNode _node = new(new EngineOptions { RingBytesMax = 16 * 1_048_576, Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void A_critical_event_overtakes_what_is_not_handed_to_the_transport_yet()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"alarms"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 1_000);
        Publish(writer, "bulk", "low", 400, bytes: 5_000);

        // In the middle of two megabytes, of which the connection takes a little at a time.
        for (var i = 0; i < 100; i++)
            reader.ReadOn(4_000);

        reader.Forget();
        Publish(writer, "alarms", "critical", 1, bytes: 10);
        var bytes = 0;
        while (bytes < 100_000 && !reader.Events.Any(e => e.Body.Channel == "alarms"))
        {
            reader.ReadOn(1_000);
            bytes += 1_000;
        }

        Assert.InRange(bytes, 0, 16_384 + 5_500 + 1_000);
    }

    [Fact]
    public void Lanes_below_a_flood_get_a_share()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 1_000);
        Publish(writer, "a", "low", 20, bytes: 4_000);
        Publish(writer, "a", "normal", 20, bytes: 4_000);
        Publish(writer, "a", "high", 1_000, bytes: 4_000);
        var wrote = 0;
        while (wrote < 3_000_000)
        {
            reader.ReadOn(20_000);
            wrote += 20_000;
        }

        // A turn is 64 KiB after 1 MiB; the flood is not over.
        Assert.InRange(reader.Events.Count(e => e.Body.Priority == Priority.Low), 10, 20);
        Assert.InRange(reader.Events.Count(e => e.Body.Priority == Priority.Normal), 10, 20);
        Assert.InRange(reader.Events.Count(e => e.Body.Priority == Priority.High), 400, 900);

        reader.ReadOn();
        Assert.Equal(DeliveryTests.Range(1, 1_040), reader.Offsets.Order());
    }

    [Fact]
    public void Subscriptions_of_one_connection_take_turns()
    {
        var reader = _node.Connect();
        foreach (var channel in (string[])["a", "b", "c"])
            reader.Send($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}"}}""");

        var writer = _node.Connect();
        reader.StopReading(afterBytes: 1_000);
        foreach (var channel in (string[])["a", "b", "c"])
            Publish(writer, channel, "normal", 200, bytes: 4_000);

        for (var i = 0; i < 60; i++)
            reader.ReadOn(20_000);

        // 1.2 of 2.4 megabytes: a third of it each, more or less.
        foreach (var channel in (string[])["a", "b", "c"])
            Assert.InRange(reader.Events.Count(e => e.Body.Channel == channel), 60, 140);
    }

    [Fact]
    public void Subscriptions_take_turns_with_the_little_credit_there_is()
    {
        var reader = _node.Connect(hello: "\"credit\":0").Send("""{"id":2,"subscribe":{"channel":"a"}}""").Send("""{"id":3,"subscribe":{"channel":"b"}}""");
        var writer = _node.Connect();
        Publish(writer, "a", "normal", 20, bytes: 10);
        Publish(writer, "b", "normal", 20, bytes: 10);

        for (var i = 0; i < 10; i++)
            reader.Send("""{"credit":{"events":1}}""");

        Assert.Equal(5, reader.Events.Count(e => e.Body.Channel == "a"));
        Assert.Equal(5, reader.Events.Count(e => e.Body.Channel == "b"));
    }

    [Theory]
    [InlineData(WireFormat.WebSocketJson, "")]
    [InlineData(WireFormat.WebSocketProtobuf, "")]
    [InlineData(WireFormat.WebSocketJson, ""","shape":{"batchMs":10}""")]
    [InlineData(WireFormat.WebSocketProtobuf, ""","order":"offset" """)]
    public void A_long_event_comes_in_pieces_and_a_critical_one_between_them(WireFormat format, string options)
    {
        var reader = _node.Connect(format, hello: "\"pieces\":2000").Send($$$"""{"id":2,"subscribe":{"channel":"bulk"{{{options}}}}}""").Send("""{"id":3,"subscribe":{"channel":"alarms"}}""");
        var writer = _node.Connect();
        reader.Forget();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "low", 1, bytes: 60_000);
        reader.ReadOn(9_000);
        Publish(writer, "alarms", "critical", 1, bytes: 10);
        reader.ReadOn();

        var frames = reader.Frames.ToArray();
        var alarm = Array.FindIndex(frames, frame => frame is ServerFrame.Event { Body.Channel: "alarms" });
        Assert.IsType<ServerFrame.Piece>(frames[alarm - 1]);
        Assert.IsType<ServerFrame.Piece>(frames[alarm + 1]);
        Assert.All(frames.OfType<ServerFrame.Piece>(), piece => Assert.InRange(piece.Data.Length, 1, 2_000));
        var bulk = Assert.Single(reader.Events, e => e.Body.Channel == "bulk");
        Assert.Equal(60_002, bulk.Body.Data.Length);
    }

    [Fact]
    public void A_long_event_costs_one_credit_and_is_finished_with_none_left()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000,\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "normal", 2, bytes: 30_000);

        reader.ReadOn(10_000);
        reader.ReadOn();
        Assert.Equal([1], reader.Offsets);
        reader.Send("""{"credit":{"events":1}}""");

        Assert.Equal([1, 2], reader.Offsets);
    }

    [Fact]
    public void A_long_event_that_took_the_last_credit_is_finished_although_a_critical_one_waits_for_more()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000,\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"alarms"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "low", 1, bytes: 60_000);
        Publish(writer, "alarms", "critical", 1, bytes: 10);

        reader.ReadOn();
        Assert.Equal("bulk", Assert.Single(reader.Events).Body.Channel);
        reader.Send("""{"credit":{"events":1}}""");

        Assert.Equal("alarms", reader.Events[^1].Body.Channel);
    }

    [Fact]
    public void What_came_in_part_when_the_connection_ended_comes_again()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""");
        reader.StopReading(afterBytes: 5_000);
        Publish(_node.Connect(), "bulk", "normal", 1, bytes: 60_000);
        Assert.NotEmpty(reader.Frames.OfType<ServerFrame.Piece>());

        reader.Drop();
        var again = _node.Accept().HelloAgainAs(reader, body: "\"pieces\":2000");

        Assert.Equal([1], again.Offsets);
    }

    [Fact]
    public void A_frame_whose_subscription_has_ended_is_taken_back_and_the_next_one_comes_whole()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""");
        var writer = _node.Connect();
        reader.Forget();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "normal", 1, bytes: 60_000);

        reader.Send("""{"id":5,"unsubscribe":{"channel":"bulk"}}""");
        reader.ReadOn();

        Assert.Empty(reader.Offsets);
        Assert.Equal((true, 0), reader.Frames.OfType<ServerFrame.Piece>().Last() is var piece ? (piece.Last, piece.Data.Length) : default);
        reader.Send("""{"id":6,"subscribe":{"channel":"bulk"}}""");
        Publish(writer, "bulk", "normal", 1, bytes: 60_000);
        Assert.Equal([2], reader.Offsets);
    }

    [Fact]
    public void A_frame_that_is_taken_back_costs_no_credit()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000,\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"alarms"}}""");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "normal", 1, bytes: 60_000);

        reader.Send("""{"id":5,"unsubscribe":{"channel":"bulk"}}""");
        reader.ReadOn();
        Publish(writer, "alarms", "normal", 2, bytes: 10);

        Assert.Equal(("alarms", 1L), Assert.Single(reader.Events).Body is var body ? (body.Channel, body.Offset) : default);
    }

    [Fact]
    public void A_frame_that_gave_way_to_a_newer_one_while_it_was_under_way_leaves_its_credit_to_that()
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 1_000, Heartbeat = TimeSpan.FromHours(1) });
        var reader = node.Connect(hello: "\"pieces\":2000,\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"bulk","overflow":"conflate"}}""");
        var writer = node.Connect();
        reader.StopReading(afterBytes: 5_000);
        Publish(writer, "bulk", "normal", 1, bytes: 60_000);
        Publish(writer, "bulk", "normal", 2, bytes: 60_000);
        node.World.Advance(TimeSpan.FromSeconds(3));

        reader.ReadOn();
        node.World.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([3], reader.Offsets);
    }

    [Fact]
    public void Two_long_events_of_one_lane_come_one_after_the_other_though_the_second_has_its_turn_first()
    {
        var reader = _node.Connect(hello: "\"pieces\":2000").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"more"}}""");
        reader.StopReading();
        Publish(_node.Connect(), "more", "normal", 2, bytes: 60_000);
        Publish(_node.Connect(), "bulk", "normal", 2, bytes: 60_000);

        reader.ReadOn();

        Assert.Equal([1L, 1L, 2L, 2L], reader.Offsets.Order());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"credit\":1", false)]
    public void A_long_event_that_left_the_rings_while_it_was_under_way_is_finished_out_of_the_log(string credit, bool anotherWaits)
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 100_000, Heartbeat = TimeSpan.FromHours(1) });
        var reader = node.Connect(hello: $"\"pieces\":2000{credit}").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"more"}}""");
        var writer = node.Connect();
        reader.StopReading(afterBytes: 5_000);
        for (var i = 0; i < 3; i++)
            Publish(writer, "bulk", "normal", 1, bytes: 60_000);

        if (anotherWaits)
            Publish(writer, "more", "normal", 1, bytes: 60_000);

        reader.ReadOn();

        Assert.Contains(reader.Events, e => e.Body is { Channel: "bulk", Offset: 1 });
        reader.Send("""{"credit":{"events":10}}""");
        Assert.Equal([1, 2, 3], reader.Events.Where(e => e.Body.Channel == "bulk").Select(e => e.Body.Offset));
    }

    [Fact]
    public void A_long_event_that_is_live_again_behind_the_log_takes_the_place_of_its_own_lane()
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 100_000, CatchUpEventsMax = 3, Heartbeat = TimeSpan.FromHours(1) });
        var reader = node.Connect(hello: "\"pieces\":2000").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""").Send("""{"id":3,"subscribe":{"channel":"more"}}""");
        var writer = node.Connect();
        reader.StopReading(afterBytes: 5_000);
        for (var i = 0; i < 3; i++)
            Publish(writer, "bulk", "normal", 1, bytes: 60_000);

        Publish(writer, "bulk", "low", 1, bytes: 60_000);
        while (!reader.Offsets.Contains(3))
            reader.ReadOn(5_000);

        // The low one is under way, out of the rings, and a normal one comes.
        reader.ReadOn(20_000);
        Publish(writer, "more", "normal", 1, bytes: 60_000);
        reader.ReadOn();

        Assert.Equal([("bulk", 1L), ("bulk", 2L), ("bulk", 3L), ("more", 1L), ("bulk", 4L)], reader.Events.Select(e => (e.Body.Channel, e.Body.Offset)));
        Assert.Equal([4], reader.Frames.OfType<ServerFrame.Piece>().TakeLast(5).Select(piece => piece.Of).Distinct());
    }

    [Fact]
    public void A_long_event_that_begins_in_its_lane_and_goes_on_out_of_the_log_is_not_begun_again()
    {
        var node = new TestNode(new EngineOptions { RingBytesMax = 100_000, Heartbeat = TimeSpan.FromHours(1) });
        var reader = node.Connect(hello: "\"pieces\":2000,\"credit\":1").Send("""{"id":2,"subscribe":{"channel":"bulk"}}""");
        reader.StopReading(afterBytes: 5_000);
        var writer = node.Connect();
        for (var i = 0; i < 3; i++)
            Publish(writer, "bulk", "low", 1, bytes: 60_000);

        reader.ReadOn();

        Assert.Equal([1], reader.Offsets);
        Assert.Equal([4], reader.Frames.OfType<ServerFrame.Piece>().Select(piece => piece.Of).Distinct());
    }

    [Fact]
    public void A_client_that_did_not_ask_gets_no_piece()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"bulk"}}""");
        reader.StopReading(afterBytes: 100);
        Publish(_node.Connect(), "bulk", "normal", 3, bytes: 60_000);
        for (var i = 0; i < 100; i++)
            reader.ReadOn(2_500);

        Assert.Equal([1, 2, 3], reader.Offsets);
        Assert.Empty(reader.Frames.OfType<ServerFrame.Piece>());
    }

    private static void Publish(TestClient writer, string channel, string priority, int count, int bytes)
    {
        var data = new string('x', bytes);
        for (var i = 1; i <= count; i++)
            writer.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","priority":"{{{priority}}}","data":"{{{data}}}"}}""", settles: i == count || i % 50 == 0);
    }
}
