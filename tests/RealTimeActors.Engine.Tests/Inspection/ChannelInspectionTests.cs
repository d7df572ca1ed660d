using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Inspection;

public sealed class ChannelInspectionTests
{
    private static readonly EngineOptions _options = TestNode.With("cursor.>", new ChannelSettings { IsDurable = false }) with { Edges = 2, Shards = 4 };

    [Fact]
    public void Lists_durable_and_ephemeral_channels_by_name_page_by_page()
    {
        var node = new TestNode(_options);
        var client = node.Connect();
        foreach (var channel in new[] { "b", "cursor.x", "a", "d", "c" })
            Publish(client, channel);

        var first = node.Channels(limit: 2);
        var second = node.Channels(after: first.Next!, limit: 2);
        var third = node.Channels(after: second.Next!, limit: 2);

        Assert.Equal(["a", "b", "c", "cursor.x", "d"], [.. Names(first), .. Names(second), .. Names(third)]);
        Assert.Null(third.Next);
        Assert.Equal((false, 1L, 1L), (second.Items[1].Settings.IsDurable, second.Items[1].First, second.Items[1].Head));
    }

    [Fact]
    public void A_prefix_is_the_beginning_of_a_name()
    {
        var node = new TestNode(_options);
        var client = node.Connect();
        foreach (var channel in new[] { "a", "ab.c", "ab", "abc", "cursor.a", "b" })
            Publish(client, channel);

        Assert.Equal(["ab", "ab.c", "abc"], Names(node.Channels("ab")));
        Assert.Equal(["abc"], Names(node.Channels("ab", after: "ab.c")));
        Assert.Empty(node.Channels("ab", after: "b").Items);
        Assert.Equal(["cursor.a"], Names(node.Channels("cursor")));
    }

    [Fact]
    public void Counts_the_subscriptions_of_all_edges_and_knows_channels_that_are_only_followed()
    {
        var node = new TestNode(_options);
        for (var i = 0; i < 3; i++)
            node.Connect(hello: """ "subscribe":[{"channel":"empty"}] """);

        var channel = Assert.Single(node.Channels().Items);

        Assert.Equal(("empty", 3, 1L, 0L), (channel.Channel.Value, channel.Subscribers, channel.First, channel.Head));
    }

    [Fact]
    public void A_restarted_node_knows_the_channels_on_its_disk_and_where_they_stand()
    {
        var node = new TestNode(TestNode.With("short", new ChannelSettings { Retention = new RetentionRule { Count = 2 } }));
        var client = node.Connect();
        for (var i = 0; i < 5; i++)
            Publish(client, "short");

        var before = Assert.Single(node.Channels().Items);
        node.CrashAndRestart();
        var after = Assert.Single(node.Channels().Items);

        Assert.Equal((4L, 5L), (after.First, after.Head));
        Assert.Equal(before.Epoch, after.Epoch);
    }

    [Fact]
    public void Shows_only_what_one_may_administer()
    {
        var node = new TestNode(_options);
        var client = node.Connect();
        foreach (var channel in new[] { "mine.a", "mine.b", "yours.a" })
            Publish(client, channel);

        var identity = new Identity { User = "u1", Grants = [new ChannelGrant(ChannelPattern.Parse("mine.>"), Rights.Admin)] };
        var seen = node.Ask<InspectionReply.Channels>(replyTo => new InspectionCommand.ListChannels("", "", 100, identity, replyTo));

        Assert.Equal(["mine.a", "mine.b"], Names(seen));
    }

    [Fact]
    public void Refuses_more_questions_at_one_time_than_it_can_bear_and_takes_the_next_when_they_are_answered()
    {
        // A schedule in which all of them come before the first is answered; most are not.
        var (node, answers) = Enumerable.Range(1, 200).Select(seed => Asked((ulong)seed)).First(run => run.Answers.Replies.OfType<InspectionReply.Refused>().Any());

        Assert.Equal(InspectionLimits.QueriesMax, answers.Replies.Count(reply => reply is InspectionReply.Node));
        Assert.Equal(ErrorCode.Overloaded, Assert.Single(answers.Replies.OfType<InspectionReply.Refused>()).Code);
        node.Ask<InspectionReply.Node>(replyTo => new InspectionCommand.ShowNode(replyTo));
    }

    private static (TestNode Node, Inspections.Answers Answers) Asked(ulong seed)
    {
        var node = new TestNode(_options, seed);
        var answers = new Inspections.Answers();
        for (var i = 0; i <= InspectionLimits.QueriesMax; i++)
            node.Engine.Inspector.Tell(new InspectionCommand.ShowNode(answers));

        node.Settle();
        return (node, answers);
    }

    [Fact]
    public void Counts_what_there_is()
    {
        var node = new TestNode(_options);
        node.Connect(hello: """ "subscribe":[{"channel":"a"}] """);
        node.Connect(hello: """ "subscribe":[{"channel":"b"}] """);
        node.Session("s-nobody");

        var figures = node.Ask<InspectionReply.Node>(replyTo => new InspectionCommand.ShowNode(replyTo));

        // Somebody who asked for a session that is not there has left nothing behind.
        Assert.Equal(new InspectionReply.Node(2, 2, 2), figures);
    }

    private static IEnumerable<string> Names(InspectionReply.Channels page) => page.Items.Select(channel => channel.Channel.Value);

    private static void Publish(TestClient client, string channel) => client.Send($$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":1}}""");
}
