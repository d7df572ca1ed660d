using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Feeds;

/// <summary>What the readers of plain streams get of Core.</summary>
public sealed class FeedTests
{
    [Fact]
    public void All_readers_of_a_channel_share_one_feed_that_has_no_hole()
    {
        var node = new TestNode();
        var writer = node.Connect();
        Publish(writer, 1);
        var (first, second) = (Open(node, Identity.Everybody), Open(node, Identity.Everybody));

        Publish(writer, 2);
        Publish(writer, 3);

        Assert.Same(first.Feed, second.Feed);
        Assert.Equal((1L, 1L), (first.Feed!.Begun[0].Head, (long)first.Feed.Begun.Count));
        Assert.Equal([2, 3], first.Feed.Offsets);
    }

    [Fact]
    public void The_channel_is_left_when_nobody_has_read_it_for_a_while_and_joined_anew_by_the_next()
    {
        var node = new TestNode();
        var writer = node.Connect();
        var reader = Open(node, Identity.Everybody);
        node.Engine.Feeds.Tell(new FeedCommand.Close(reader));
        node.World.Advance(TimeSpan.FromSeconds(15));
        Publish(writer, 1);

        var next = Open(node, Identity.Everybody);

        Assert.NotSame(reader.Feed, next.Feed);
        Assert.Empty(reader.Feed!.Offsets);
        Assert.Equal(1, Assert.Single(next.Feed!.Begun).Head);
    }

    [Fact]
    public void A_publisher_who_waits_for_receivers_does_not_wait_for_readers_of_the_stream()
    {
        var node = new TestNode();
        Open(node, Identity.Everybody);
        var writer = node.Connect();

        writer.Send("""{"id":7,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"count":0,"timeoutMs":300000}}}""");
        node.Settle();

        Assert.Equal(0, writer.Take<ServerFrame.Receipt>().Of);
    }

    [Fact]
    public void A_reader_ends_when_its_token_does()
    {
        var node = new TestNode();
        var reader = Open(node, new Identity { User = "anna", ExpiresUnixMs = node.World.Time.GetUtcNow().ToUnixTimeMilliseconds() + 5_000 });

        node.World.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(reader.ClosedWith);
        node.World.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CloseCode.TokenExpired, reader.ClosedWith);
    }

    [Fact]
    public void Putting_a_user_out_ends_his_readers_and_keeps_out_those_with_an_older_token()
    {
        var node = new TestNode();
        var issued = node.World.Time.GetUtcNow().ToUnixTimeMilliseconds();
        node.World.Advance(TimeSpan.FromSeconds(2));
        var (anna, bert) = (Open(node, new Identity { User = "anna", IssuedUnixMs = issued }), Open(node, new Identity { User = "bert", IssuedUnixMs = issued }));

        var done = node.Ask(replyTo => new UserCommand.Disconnect("anna", Revokes: true, StaysAway: false, null, replyTo));
        var late = Open(node, new Identity { User = "anna", IssuedUnixMs = issued });

        Assert.Equal(1, Assert.IsType<UserReply.Disconnected>(done).Connections);
        Assert.Equal((CloseCode.TokenRevoked, null, CloseCode.TokenRevoked), (anna.ClosedWith, bert.ClosedWith, late.ClosedWith));
        Assert.Null(late.Feed);
    }

    [Fact]
    public void Taking_a_user_off_a_channel_ends_his_readers_of_it()
    {
        var node = new TestNode();
        var reader = Open(node, new Identity { User = "anna" });

        var other = node.Ask(replyTo => new UserCommand.Unsubscribe("anna", ChannelPattern.Parse("b.>"), null, replyTo));
        Assert.Null(reader.ClosedWith);
        var done = node.Ask(replyTo => new UserCommand.Unsubscribe("anna", ChannelPattern.Parse("a"), null, replyTo));

        Assert.Equal((0, 1), (((UserReply.Unsubscribed)other).Subscriptions, ((UserReply.Unsubscribed)done).Subscriptions));
        Assert.Equal(CloseCode.PutOut, reader.ClosedWith);
    }

    private static Reader Open(TestNode node, Identity identity)
    {
        var reader = new Reader(identity);
        node.Engine.Feeds.Tell(new FeedCommand.Open(reader));
        node.Settle();
        return reader;
    }

    private static void Publish(TestClient writer, int data) => writer.Send($$$"""{"id":{{{data + 10}}},"publish":{"channel":"a","type":"t","data":{{{data}}}}}""");

    internal sealed class Reader(Identity identity) : IFeedReader
    {
        public ChannelName Channel { get; } = ChannelName.Parse("a");

        public Identity Identity => identity;

        internal Feed? Feed { get; private set; }

        internal int? ClosedWith { get; private set; }

        public IChannelFeed MakeFeed() => new Feed();

        public void Opened(IChannelFeed feed) => Feed = (Feed)feed;

        public void Closed(int code, string reason, long afterMs) => ClosedWith = code;

        public long TakeWritten() => 0;
    }

    internal sealed class Feed : IChannelFeed
    {
        internal List<(string Epoch, long Head)> Begun { get; } = [];

        internal List<long> Offsets { get; } = [];

        public void Begin(string epoch, long head) => Begun.Add((epoch, head));

        public void Add(string epoch, IReadOnlyList<ChannelEvent> events)
        {
            Assert.Equal(Begun[^1].Epoch, epoch);
            Offsets.AddRange(events.Select(e => e.Offset));
        }
    }
}
