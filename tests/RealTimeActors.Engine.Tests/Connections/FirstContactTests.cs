using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class FirstContactTests
{
    private readonly TestNode _node = new();

    [Theory]
    [InlineData(WireFormat.WebSocketJson)]
    [InlineData(WireFormat.WebSocketProtobuf)]
    public void What_is_published_reaches_the_subscriber_and_the_receipt_names_its_position(WireFormat format)
    {
        var reader = _node.Connect(format).Send("""{"id":2,"subscribe":{"channel":"funding.grants"}}""");
        var writer = _node.Connect();

        writer.Send("""{"id":7,"publish":{"channel":"funding.grants","type":"grant.updated","data":{"amount": 12}}}""");

        var subscribed = reader.Take<ServerFrame.Subscribed>();
        Assert.Equal((2L, 0L, 0L, Recovered.None), (subscribed.Id, subscribed.Offset, subscribed.Head, subscribed.Recovered));
        var e = reader.Take<ServerFrame.Event>().Body;
        Assert.Equal(("funding.grants", 1L, "grant.updated"), (e.Channel, e.Offset, e.Type));
        Assert.Equal("""{"amount":12}"""u8, e.Data.Span);
        var receipt = writer.Take<ServerFrame.Receipt>();
        Assert.Equal((7L, ReceiptStatus.Persisted, 1L, false), (receipt.Id, receipt.Status, receipt.Offset, receipt.Duplicate));
        Assert.Equal(subscribed.Epoch, receipt.Epoch);
        Assert.Equal(32, receipt.Hash.Length);
        Assert.Equal(receipt.Hash.ToArray(), e.Hash.ToArray());
    }

    [Fact]
    public void A_client_that_comes_back_after_a_crash_with_its_key_gets_everything_it_had_not_acked_in_order()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = _node.Connect();
        for (var i = 1; i <= 10; i++)
            writer.Send($$$"""{"id":{{{i + 10}}},"publish":{"channel":"a","type":"t","data":{{{i}}}}}""");

        reader.Send("""{"ack":{"channel":"a","offset":4}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));
        _node.CrashAndRestart();
        var again = _node.Connect(hello: $$"""
            "session":{"id":"{{reader.Welcome.Session.Id}}","key":"{{reader.Welcome.Session.Key}}"}
            """);

        Assert.True(again.Welcome.Session.Resumed);
        var subscribed = Assert.Single(again.Welcome.Subscriptions);
        Assert.Equal((4L, 10L, Recovered.Full), (subscribed.Offset, subscribed.Head, subscribed.Recovered));
        Assert.Equal([5, 6, 7, 8, 9, 10], again.Offsets);
    }
}
