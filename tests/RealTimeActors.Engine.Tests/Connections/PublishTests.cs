using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class PublishTests
{
    private readonly TestNode _node = new();

    [Fact]
    public void A_repeat_gets_the_same_receipt_marked_as_duplicate_also_after_a_crash()
    {
        const string Publish = """{"id":7,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""";
        var first = _node.Connect().Send(Publish).Take<ServerFrame.Receipt>();
        var second = _node.Connect().Send(Publish).Take<ServerFrame.Receipt>();

        _node.CrashAndRestart();
        var third = _node.Connect().Send(Publish).Take<ServerFrame.Receipt>();

        Assert.False(first.Duplicate);
        Assert.All([second, third], receipt =>
        {
            Assert.True(receipt.Duplicate);
            Assert.Equal((first.Status, first.Epoch, first.Offset), (receipt.Status, receipt.Epoch, receipt.Offset));
            Assert.Equal(first.Hash.ToArray(), receipt.Hash.ToArray());
        });
    }

    [Fact]
    public void A_repeat_of_what_is_still_on_its_way_to_the_disk_waits_for_it()
    {
        var client = _node.Connect();

        client.Send("""
            {"id":7,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}
            {"id":8,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}
            """);

        Assert.Equal((1L, false), client.Take<ServerFrame.Receipt>() is var one ? (one.Offset, one.Duplicate) : default);
        Assert.Equal((1L, true), client.Take<ServerFrame.Receipt>() is var two ? (two.Offset, two.Duplicate) : default);
    }

    [Theory]
    [InlineData("""{"id":7,"publish":{"channel":"a","type":"t","data":2,"producer":{"id":"p","sequence":1}}}""", ErrorCode.Conflict)]
    [InlineData("""{"id":7,"publish":{"channel":"$a","type":"t","data":2}}""", ErrorCode.Forbidden)]
    [InlineData("""{"id":7,"publish":{"channel":"a","type":"$state","data":2}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"publish":{"channel":"a..b","type":"t","data":2}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"publish":{"channel":"a","data":2}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"mutate":{"channel":"a","key":"k","operation":"increment","value":"x"}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"mutate":{"channel":"$a","key":"k","operation":"set","value":1}}""", ErrorCode.Forbidden)]
    [InlineData("""{"id":7,"presence":{"channel":"$a","state":{}}}""", ErrorCode.Forbidden)]
    [InlineData("""{"id":7,"nack":{"channel":"a","offset":1,"reason":"r"}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"publish":{"channel":"a","type":"t","data":2,"producer":{"id":"$replay/a","sequence":1}}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"subscribe":{"channel":"a.*","mode":"state"}}""", ErrorCode.NotEnabled)]
    [InlineData("""{"id":7,"subscribe":{"channel":"a","group":"g"}}""", ErrorCode.NotEnabled)]
    [InlineData("""{"id":7,"subscribe":{"channel":"a b"}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"read":{"channel":"a..b","what":"presence"}}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":7,"read":{"channel":"a","what":"state","at":9}}""", ErrorCode.PositionGone)]
    [InlineData("""{"id":7,"read":{"channel":"a","what":"events","from":{"epoch":"other","offset":1}}}""", ErrorCode.PositionGone)]
    [InlineData("""{"id":7,"unheardOf":{}}""", ErrorCode.BadRequest)]
    public void What_cannot_be_done_is_answered_by_its_code(string frame, ErrorCode code)
    {
        var client = _node.Connect();
        client.Send("""{"id":6,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""");

        client.Send(frame);

        var error = client.Take<ServerFrame.Error>();
        Assert.Equal((7L, code), (error.Id, error.Code));
        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [InlineData("300000", false)]
    [InlineData("300001", true)]
    [InlineData("9007199254740991", true)]
    public void Who_would_wait_longer_for_acks_than_a_channel_does_is_refused_with_the_bound(string timeoutMs, bool isRefused)
    {
        var client = _node.Connect();

        client.Send("""{"id":7,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":0}}}""".Replace("0}", $"{timeoutMs}}}", StringComparison.Ordinal));
        client.Send("""{"id":8,"publish":{"channel":"a","type":"t","data":2}}""");

        // Nothing of a refused one is in the log, and the connection goes on.
        if (isRefused)
        {
            var error = client.Take<ServerFrame.Error>();
            Assert.Equal((7L, ErrorCode.BadRequest), (error.Id, error.Code));
            Assert.Equal($"timeoutMs is expected to be at most 300000 (5 minutes); '{timeoutMs}' came. Nothing was published.", error.Message);
        }
        else
        {
            Assert.Equal((7L, 1L), client.Take<ServerFrame.Receipt>() is var one ? (one.Id, one.Offset) : default);
        }

        Assert.Equal((8L, isRefused ? 1L : 2L), client.Take<ServerFrame.Receipt>() is var next ? (next.Id, next.Offset) : default);
    }

    [Theory]
    [InlineData("""{"id":7,"publish":{"channel":"a","type":"t","data":1,"confirm":"persisted","delivered":{"timeoutMs":300001}}}""")]
    [InlineData("""{"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":300001}}}""")]
    public void Who_waits_for_no_acks_may_name_any_time_for_them(string publish)
    {
        var client = _node.Connect();

        client.Send(publish);
        client.Send("""{"id":8,"publish":{"channel":"a","type":"t","data":2}}""");

        Assert.Equal(2, client.Frames.OfType<ServerFrame.Receipt>().Single(receipt => receipt.Id == 8).Offset);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("source")]
    [InlineData("correlationId")]
    [InlineData("messageId")]
    public void A_text_beside_the_data_is_bounded_so_that_every_encoding_of_it_can_be_written(string name)
    {
        var client = _node.Connect();

        client.Send($$"""{"id":6,"publish":{"channel":"a","type":"t","data":1,"{{name}}":"{{new string('x', 1_024)}}" } }""");
        client.Send($$"""{"id":7,"publish":{"channel":"a","type":"t","data":1,"{{name}}":"{{new string('x', 1_025)}}" } }""");

        Assert.Equal(1, client.Take<ServerFrame.Receipt>().Offset);
        var error = client.Take<ServerFrame.Error>();
        Assert.Equal((7L, ErrorCode.TooLarge), (error.Id, error.Code));
        Assert.Contains("1,024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_older_than_the_window_is_refused()
    {
        var client = _node.Connect();
        for (var sequence = 1; sequence <= 1_001; sequence++)
            client.Send($$$"""{"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":{{{sequence}}} } } }""", settles: sequence % 100 == 0);

        client.Send("""{"id":9,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""");

        Assert.Equal(ErrorCode.FencedOrOutOfWindow, client.Take<ServerFrame.Error>().Code);
    }

    [Fact]
    public void Each_confirm_promises_what_it_says()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var client = _node.Connect();

        client.Send("""{"id":1,"publish":{"channel":"a","type":"t","data":1,"confirm":"none"}}""");
        Assert.Empty(client.Frames.OfType<ServerFrame.Receipt>());

        client.Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1,"confirm":"accepted"}}""");
        Assert.Equal(ReceiptStatus.Accepted, client.Take<ServerFrame.Receipt>().Status);

        client.Send("""{"id":3,"publish":{"channel":"a","type":"t","data":1,"confirm":"persisted"}}""");
        Assert.Equal(ReceiptStatus.Persisted, client.Take<ServerFrame.Receipt>().Status);

        client.Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered"}}""");
        Assert.Empty(client.Frames.OfType<ServerFrame.Receipt>());
        reader.Send("""{"ack":{"channel":"a","offset":4}}""");
        var delivered = client.Take<ServerFrame.Receipt>();
        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), (delivered.Status, delivered.Acked!.Value, delivered.Of!.Value));
    }

    [Fact]
    public void Delivered_that_runs_out_of_time_stays_persisted_and_says_how_many()
    {
        _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var client = _node.Connect();

        client.Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":3000}}}""");
        _node.World.Advance(TimeSpan.FromSeconds(4));

        var receipt = client.Take<ServerFrame.Receipt>();
        Assert.Equal((ReceiptStatus.Persisted, 0L, 1L), (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value));
    }

    [Fact]
    public void Delivered_without_receivers_is_delivered_to_none()
    {
        var client = _node.Connect().Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered"}}""");

        var receipt = client.Take<ServerFrame.Receipt>();
        Assert.Equal((ReceiptStatus.Delivered, 0L, 0L), (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value));
    }

    [Fact]
    public void What_could_not_be_learnt_is_unknown_and_a_retry_learns_it()
    {
        const string Publish = """{"id":7,"publish":{"channel":"a","type":"t","data":1,"producer":{"id":"p","sequence":1}}}""";
        _node.Disk.Faults.UnknownCommitChance = 1;
        var client = _node.Connect();

        client.Send(Publish);
        Assert.Equal(ReceiptStatus.Unknown, client.Take<ServerFrame.Receipt>().Status);
        _node.Disk.Faults.UnknownCommitChance = 0;
        client.Send(Publish);

        Assert.Equal((ReceiptStatus.Persisted, 1L), client.Take<ServerFrame.Receipt>() is var receipt ? (receipt.Status, receipt.Offset) : default);
    }

    [Fact]
    public void A_full_disk_is_said_and_publishing_works_again_when_there_is_room()
    {
        var reader = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var client = _node.Connect();
        _node.Disk.Faults.IsFull = true;

        client.Send("""{"id":7,"publish":{"channel":"a","type":"t","data":1}}""");
        Assert.Equal(ErrorCode.Overloaded, client.Take<ServerFrame.Error>().Code);
        Assert.Empty(reader.Events);

        _node.Disk.Faults.IsFull = false;
        client.Send("""{"id":8,"publish":{"channel":"a","type":"t","data":2}}""");

        Assert.Equal(1, client.Take<ServerFrame.Receipt>().Offset);
        Assert.Equal([1], reader.Offsets);
    }

    [Fact]
    public void Received_bytes_open_the_window_again_once_their_publishes_are_settled()
    {
        var client = _node.Connect();
        var before = client.ConsumedBytes;
        const string Frame = """{"publish":{"channel":"a","type":"t","data":1}}""";

        client.Send(Frame, settles: false);
        _node.World.RunUntilIdle();
        Assert.Equal(before, client.ConsumedBytes);
        _node.Settle();

        Assert.Equal(before + Frame.Length, client.ConsumedBytes);
    }

    [Fact]
    public void An_ephemeral_channel_accepts_and_names_the_position()
    {
        var node = new TestNode(TestNode.With("live.>", new ChannelSettings { IsDurable = false }));
        var reader = node.Connect().Send("""{"id":2,"subscribe":{"channel":"live.a"}}""");

        var receipt = node.Connect().Send("""{"id":7,"publish":{"channel":"live.a","type":"t","data":1}}""").Take<ServerFrame.Receipt>();

        Assert.Equal((ReceiptStatus.Accepted, 1L, 0), (receipt.Status, receipt.Offset, receipt.Hash.Length));
        Assert.Equal([1], reader.Offsets);
    }
}
