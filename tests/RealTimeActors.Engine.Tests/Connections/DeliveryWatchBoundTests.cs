using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class DeliveryWatchBoundTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_thousand_publishers_of_a_channel_may_wait_for_acks_and_the_next_is_refused_until_one_is_done(bool isDurable)
    {
        var node = new TestNode(TestNode.With("a", new ChannelSettings { IsDurable = isDurable }));
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var writer = node.Connect();
        for (var id = 1; id <= DeliveryWatches.WaitingMax; id++)
            writer.Send(Publish(id), settles: false);

        node.Settle();
        writer.Send(Publish(5_000));
        var refused = writer.Frames.OfType<ServerFrame.Error>().Single();
        reader.Send("""{"ack":{"channel":"a","offset":1}}""");
        writer.Send(Publish(5_001));

        Assert.Equal((5_000L, ErrorCode.Overloaded), (refused.Id, refused.Code));
        Assert.Contains("1,000", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryWatches.WaitingMax + 1, reader.Offsets.Count);
        Assert.Equal(ReceiptStatus.Delivered, writer.Frames.OfType<ServerFrame.Receipt>().Single().Status);
    }

    private static string Publish(int id) => $$$$"""{"id":{{{{id}}}},"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":60000}}}""";
}
