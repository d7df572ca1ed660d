using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary><c>confirm: delivered</c>: who is counted, whose acks count, and what the publisher is told.</summary>
public sealed class DeliveredTests
{
    private const string Publish = """{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":20000,"missing":true}}}""";
    private const string Ack = """{"ack":{"channel":"a.1","offset":1}}""";

    private readonly TestNode _node = new(new EngineOptions { Edges = 3, Heartbeat = TimeSpan.FromHours(1), Channels = [(ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false })] });

    [Fact]
    public void All_who_were_online_are_waited_for_on_every_edge()
    {
        var readers = Follow(6);
        var publisher = _node.Connect().Send(Publish);

        foreach (var reader in readers[..^1])
            reader.Send(Ack);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        readers[^1].Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 6L, 6L), Told(publisher));
    }

    [Fact]
    public void Acks_count_from_the_connection_that_resumes_the_session_on_another_edge()
    {
        var before = Follow(1)[0];
        var publisher = _node.Connect().Send(Publish);
        before.Drop();

        var after = _node.Accept().HelloAgainAs(before);
        after.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void Acks_count_from_the_connection_that_takes_the_session_over()
    {
        var before = Follow(1)[0];
        var publisher = _node.Connect().Send(Publish);

        var after = _node.Accept().HelloAgainAs(before);
        after.Send(Ack);

        Assert.NotNull(before.ClosedWith);
        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void An_ack_that_was_not_heard_of_before_the_connection_ended_counts_when_it_is_acked_again_after_two_more_connections()
    {
        var session = Follow(1)[0];
        var publisher = _node.Connect().Send(Publish);
        session.Drop();
        var second = _node.Accept().HelloAgainAs(session);
        second.Drop();

        _node.Accept().HelloAgainAs(second).Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    /// <summary>Simulated: seed 10020.</summary>
    [Fact]
    public void To_begin_anew_behind_the_event_is_no_ack_of_it()
    {
        var before = Follow(1)[0];
        var publisher = _node.Connect().Send(Publish);
        var after = _node.Accept().HelloAgainAs(before, body: """ "subscribe":[{"channel":"a.1","from":"now"}] """);

        _node.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        after.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    /// <summary>Simulated: cluster seed 4870.</summary>
    [Fact]
    public void Nor_is_an_ack_of_less_by_who_began_anew_behind_it()
    {
        var before = Follow(1)[0];
        _node.Connect().Send("""{"id":3,"publish":{"channel":"a.1","type":"t","data":0}}""");
        var publisher = _node.Connect().Send(Publish);
        var after = _node.Accept().HelloAgainAs(before, body: """ "subscribe":[{"channel":"a.1","from":"now"}] """);

        after.Send("""{"ack":{"channel":"a.1","offset":1}}""").Send("""{"ack":{"channel":"a.1","offset":1,"ranges":[[1,1]]}}""");
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        after.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void Who_joins_after_the_commit_is_neither_waited_for_nor_counted()
    {
        var reader = Follow(1)[0];
        var publisher = _node.Connect().Send(Publish);

        var late = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.1","from":"earliest"}}""").Send(Ack);
        Assert.Equal([1], late.Offsets);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        reader.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void A_session_that_does_not_ack_is_not_waited_for()
    {
        _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.1","ack":"none"}}""");

        var publisher = _node.Connect().Send(Publish);

        Assert.Equal((ReceiptStatus.Delivered, 0L, 0L), Told(publisher));
    }

    [Fact]
    public void Who_follows_a_channel_at_rest_by_a_pattern_is_counted()
    {
        _node.Connect().Send("""{"id":1,"publish":{"channel":"a.1","type":"t","data":0}}""");
        TestClient[] readers = [.. Enumerable.Range(0, 4).Select(_ => _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.*","from":"earliest"}}""").Send("""{"ack":{"channel":"a.1","offset":1}}"""))];
        _node.World.Advance(TimeSpan.FromMinutes(1));

        var publisher = _node.Connect().Send(Publish);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        foreach (var reader in readers)
            reader.Send("""{"ack":{"channel":"a.1","offset":2}}""");

        Assert.Equal((ReceiptStatus.Delivered, 4L, 4L), Told(publisher));
    }

    [Fact]
    public void Who_follows_by_a_pattern_is_counted_with_the_very_first_event_of_a_channel()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.*"}}""");
        var exact = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.1"}}""");

        var publisher = _node.Connect().Send(Publish);
        exact.Send(Ack);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());
        reader.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 2L, 2L), Told(publisher));
    }

    [Fact]
    public void Who_follows_exactly_and_by_a_pattern_is_counted_once()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.*"}}""").Send("""{"id":3,"subscribe":{"channel":"a.1"}}""");

        var publisher = _node.Connect().Send(Publish);
        reader.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void The_receipt_names_who_is_missing_when_the_time_runs_out()
    {
        var readers = Follow(3);
        var publisher = _node.Connect().Send(Publish);
        readers[1].Send(Ack);

        _node.World.Advance(TimeSpan.FromSeconds(22));

        var receipt = publisher.Take<ServerFrame.Receipt>();
        Assert.Equal((ReceiptStatus.Persisted, 1L, 3L), (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value));
        Assert.Equal(new[] { readers[0], readers[2] }.Select(reader => reader.Welcome.Session.Id).Order(StringComparer.Ordinal), receipt.Missing.Select(member => member.Session));
    }

    [Fact]
    public void Names_are_only_told_where_they_were_asked_for()
    {
        Follow(1);
        var publisher = _node.Connect().Send("""{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":100}}}""");

        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(publisher.Take<ServerFrame.Receipt>().Missing);
    }

    [Fact]
    public void So_many_are_enough_and_the_others_are_named()
    {
        var readers = Follow(3);
        var publisher = _node.Connect().Send("""{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"count":2,"timeoutMs":20000,"missing":true}}}""");

        readers[2].Send(Ack);
        readers[0].Send(Ack);

        var receipt = publisher.Take<ServerFrame.Receipt>();
        Assert.Equal((ReceiptStatus.Delivered, 2L, 3L), (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value));
        Assert.Equal([readers[1].Welcome.Session.Id], receipt.Missing.Select(member => member.Session));
    }

    [Fact]
    public void More_than_are_online_are_waited_for_until_the_time_runs_out()
    {
        var reader = Follow(1)[0];
        var publisher = _node.Connect().Send("""{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"count":2,"timeoutMs":3000}}}""");
        reader.Send(Ack);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());

        _node.World.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void A_repeat_waits_with_the_first_and_later_ones_are_told_what_became_of_it()
    {
        const string Repeated = """{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","producer":{"id":"p","sequence":1}}}""";
        var reader = Follow(1)[0];
        var first = _node.Connect().Send(Repeated);
        var second = _node.Connect().Send(Repeated);
        Assert.Empty(second.Frames.OfType<ServerFrame.Receipt>());

        reader.Send(Ack);
        var third = _node.Connect().Send(Repeated);

        Assert.False(first.Take<ServerFrame.Receipt>().Duplicate);
        Assert.All([second, third], publisher => Assert.Equal(
            (ReceiptStatus.Delivered, true, 1L, 1L), publisher.Take<ServerFrame.Receipt>() is var told ? (told.Status, told.Duplicate, told.Acked!.Value, told.Of!.Value) : default));
    }

    [Fact]
    public void An_ephemeral_channel_counts_alike_and_stays_accepted_when_the_time_runs_out()
    {
        const string Ephemeral = """{"id":4,"publish":{"channel":"live.1","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":3000}}}""";
        var before = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"live.1"}}""");
        var publisher = _node.Connect().Send(Ephemeral);
        before.Drop();
        var after = _node.Accept().HelloAgainAs(before);
        after.Send("""{"ack":{"channel":"live.1","offset":1}}""");
        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));

        publisher.Send(Ephemeral);
        _node.World.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((ReceiptStatus.Accepted, 0L, 1L), Told(publisher));
    }

    [Fact]
    public void What_an_edge_tells_of_a_former_life_of_an_ephemeral_channel_does_not_count_in_the_next()
    {
        _node.Connect().Send("""{"id":2,"subscribe":{"channel":"live.1"}}""");
        var publisher = _node.Connect().Send("""{"id":4,"publish":{"channel":"live.1","type":"t","data":1,"confirm":"delivered","delivered":{"count":1,"timeoutMs":3000}}}""");

        // The word was under way when the channel ended; the event has the offset of the one that it was of.
        _node.Engine.Channels.Tell(new ChannelCommand.ReportAcks(ChannelName.Parse("live.1"), [new AckReport("e1", 1, 1, 1, AckStage.Live)], _node.Into(new List<ChannelReply>())));
        _node.World.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((ReceiptStatus.Accepted, 0L, 1L), Told(publisher));
    }

    private TestClient[] Follow(int count) => [.. Enumerable.Range(0, count).Select(_ => _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.1"}}"""))];

    private static (ReceiptStatus, long, long) Told(TestClient publisher) =>
        publisher.Take<ServerFrame.Receipt>() is var receipt ? (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value) : default;
}
