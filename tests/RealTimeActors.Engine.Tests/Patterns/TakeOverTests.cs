using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>A channel goes from hand to hand while it is being joined: at every moment of that.</summary>
public sealed class TakeOverTests
{
    private const int StepsMax = 60;

    [Theory]
    [InlineData("a.1")]
    [InlineData("a.*")]
    public void Who_takes_a_channel_over_before_its_client_was_told_of_it_loses_nothing_and_tells_of_the_gap(string taker)
    {
        for (var steps = 0; steps < StepsMax; steps++)
        {
            for (var more = 0; more < 12; more += 4)
                TakeOver(taker, steps, more);
        }
    }

    [Theory]
    [InlineData("a.1", "a.>")]
    [InlineData("a.>", "a.1")]
    public void What_was_sent_and_not_acked_comes_again_where_a_channel_changed_hands_over_a_gap(string former, string taker)
    {
        var node = new TestNode(new EngineOptions { Channels = [(ChannelPattern.Parse("a.1"), new ChannelSettings { Retention = new RetentionRule { Count = 3 } })] });
        var client = node.Connect().Send($$$"""{"id":2,"subscribe":{"channel":"{{{former}}}"}}""");
        if (former == "a.1")
            client.Send($$$"""{"id":3,"subscribe":{"channel":"{{{taker}}}"}}""");

        Publish(node, 4);
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        Assert.Equal([1, 2, 3, 4], client.Offsets);

        // It was sent four events, and is to begin after them again; by then the log has forgotten more.
        client.StopReading();
        Publish(node, 6);
        client.Send(former == "a.1" ? """{"id":4,"unsubscribe":{"channel":"a.1"}}""" : """{"id":4,"subscribe":{"channel":"a.1","from":"now"}}""");
        client.Drop();

        var again = node.Accept().HelloAgainAs(client);
        var subscribed = again.Welcome.Subscriptions.Concat(again.Frames.OfType<ServerFrame.Subscribed>()).Single(subscribed => subscribed.Channel == "a.1");
        Assert.Equal(new OffsetRange(3, 7), subscribed.Missing);
    }

    private static void TakeOver(string taker, int steps, int more)
    {
        var node = new TestNode(new EngineOptions { PassivateAfter = TimeSpan.FromSeconds(5), Channels = [(ChannelPattern.Parse("a.1"), new ChannelSettings { Retention = new RetentionRule { Count = 3 } })] });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a.>"}}""");
        Publish(node, 2);
        client.Send("""{"ack":{"channel":"a.1","offset":2}}""");
        client.Drop();
        Publish(node, 6);
        node.World.Advance(TimeSpan.FromSeconds(2));
        node.CrashAndRestart();

        var again = node.Accept();
        again.Send($$$$"""{"id":1,"hello":{"session":{"id":"{{{{client.Welcome.Session.Id}}}}","key":"{{{{client.Welcome.Session.Key}}}}"}}}""", settles: false);
        Step(node, steps);
        again.Send($$$"""{"id":3,"subscribe":{"channel":"{{{taker}}}","from":"now"}}""", settles: false);
        Step(node, more);
        again.Send($$$"""{"id":4,"unsubscribe":{"channel":"{{{taker}}}"}}""", settles: false);
        node.World.Advance(TimeSpan.FromSeconds(2));

        // Where the pattern has not come to the channel yet, one by name begins where it was asked to, and whoever comes after it goes on from there.
        var begins = again.Frames.OfType<ServerFrame.Subscribed>().FirstOrDefault(subscribed => subscribed.Channel == "a.1");
        if (taker == "a.1" && begins is { Recovered: Recovered.None })
            return;

        var told = 2L;
        foreach (var frame in again.Frames)
        {
            switch (frame)
            {
                case ServerFrame.Subscribed { Channel: "a.1" } subscribed:
                    Assert.True((subscribed.Missing?.From - 1 ?? subscribed.Offset) <= told, $"{steps}+{more}: {subscribed} after {told}");
                    told = Math.Max(told, subscribed.Offset);
                    break;
                case ServerFrame.Event { Body: { Channel: "a.1" } body }:
                    Assert.Equal(told + 1, body.Offset);
                    told = body.Offset;
                    break;
                case ServerFrame.Gap gap:
                    Assert.True(gap.From <= told + 1, $"{steps}+{more}: {gap} after {told}");
                    told = gap.To;
                    break;
            }
        }

        Assert.Equal(8, told);
    }

    private static void Publish(TestNode node, int count)
    {
        var writer = node.Connect();
        for (var i = 0; i < count; i++)
            writer.Send("""{"publish":{"channel":"a.1","type":"t","data":1}}""");
    }

    /// <summary>So many turns of actors, and of the disk in between.</summary>
    private static void Step(TestNode node, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            if (!node.World.Step())
                node.World.Time.Advance(node.World.Time.UntilNextTimer ?? TimeSpan.FromMilliseconds(1));
        }
    }
}
