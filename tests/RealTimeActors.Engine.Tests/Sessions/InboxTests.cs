using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>What sessions and the channels that keep for them tell each other may be lost on its way from node to node.</summary>
public sealed class InboxTests
{
    private static readonly ChannelName _live = ChannelName.Parse("live");

    [Fact]
    public void Who_is_away_has_an_inbox_also_where_it_was_never_heard_that_he_follows()
    {
        var node = NodeWith(memoryEventsMax: 1);
        var first = Follow(node);
        node.Engine.Channels.Tell(new ChannelCommand.Unfollow(_live, IdOf(first)));
        first.Drop();
        Publish(node, 3);

        Assert.Equal([1, 2, 3], Resume(node, first).Offsets);
    }

    [Fact]
    public void What_an_inbox_has_missed_is_fetched_from_the_channel_before_anything_that_came_after_it()
    {
        var node = NodeWith(memoryEventsMax: 10);
        var first = Follow(node);
        first.Drop();
        Publish(node, 1);
        SaysThatItIsBack(node, first);
        Publish(node, 2);

        Keep(node, first, offset: 4);

        Assert.Equal([1, 2, 3], Resume(node, first).Offsets);
    }

    [Fact]
    public void What_an_inbox_has_missed_and_the_channel_has_no_more_is_told_as_a_gap()
    {
        var node = NodeWith(memoryEventsMax: 1);
        var first = Follow(node);
        first.Drop();
        Publish(node, 2);
        SaysThatItIsBack(node, first);
        Publish(node, 2);
        Keep(node, first, offset: 5);

        var second = Resume(node, first);
        Assert.Equal([1, 2], second.Offsets);
        second.Send("""{"ack":{"channel":"live","offset":2}}""");

        var gap = second.Take<ServerFrame.Gap>();
        Assert.Equal((3L, 3L), (gap.From, gap.To));
        Assert.Equal([4], second.Offsets);
        second.Send("""{"ack":{"channel":"live","offset":4}}""");
        Publish(node, 1);
        Assert.Equal([4, 5], second.Offsets);
        Assert.DoesNotContain(second.Frames, frame => frame is ServerFrame.Skip);
    }

    [Fact]
    public void Who_is_there_and_is_taken_to_be_away_says_so_and_is_sent_nothing_for_his_inbox_any_more()
    {
        var node = NodeWith(memoryEventsMax: 10);
        var client = Follow(node);
        node.Engine.Channels.Tell(new ChannelCommand.Away(_live, IdOf(client), "", 0));
        Publish(node, 3);

        Assert.Equal([1, 2, 3], client.Offsets);
        client.Drop();
        Publish(node, 1);

        Assert.Equal([1, 2, 3, 4], Resume(node, client).Offsets);
    }

    private static TestNode NodeWith(int memoryEventsMax) =>
        new(TestNode.With("live", new ChannelSettings { IsDurable = false, KeepsForOffline = true, MemoryEventsMax = memoryEventsMax }));

    private static TestClient Follow(TestNode node) => node.Connect().Send("""{"id":2,"subscribe":{"channel":"live"}}""");

    private static string IdOf(TestClient client) => client.Welcome.Session.Id;

    /// <summary>What comes from now on does not go into the inbox, as if it were lost on its way there.</summary>
    private static void SaysThatItIsBack(TestNode node, TestClient client)
    {
        node.Engine.Channels.Tell(new ChannelCommand.Back(_live, IdOf(client), node.Into(new List<object>())));
        node.Settle();
    }

    private static void Keep(TestNode node, TestClient client, long offset)
    {
        var e = new ChannelEvent { Channel = "live", Offset = offset, Id = "kept", Type = "t", TimeUnixMs = 0, Data = "1"u8.ToArray() };
        var epoch = client.Frames.OfType<ServerFrame.Subscribed>().Last().Epoch;
        node.Engine.WellKnown.Single(actor => actor.Name == "sessions").Tell(new SessionCommand.KeepEvents(IdOf(client), _live, epoch, [e]));
        node.Settle();
    }

    private static void Publish(TestNode node, int count)
    {
        var writer = node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"live","type":"t","data":1}}""");
    }

    private static TestClient Resume(TestNode node, TestClient before) =>
        node.Connect(hello: $$""" "session":{"id":"{{before.Welcome.Session.Id}}","key":"{{before.Welcome.Session.Key}}"} """);
}
