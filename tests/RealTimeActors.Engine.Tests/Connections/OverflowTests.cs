using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>What becomes of a subscription whose client does not keep up, by what it asked for.</summary>
public sealed class OverflowTests
{
    private readonly TestNode _node = new(new EngineOptions { RingBytesMax = 4_096, Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void Conflate_reads_on_while_the_client_does_not_and_then_sends_the_newest_of_each_key()
    {
        var reader = Subscribe("conflate");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 10);

        Publish(writer, 3_000, keys: 5);
        _node.World.Advance(TimeSpan.FromSeconds(3));
        reader.ReadOn();
        _node.World.Advance(TimeSpan.FromSeconds(2));

        // One write was under way, with as many as there were then; of each key one may have waited too long to be replaced.
        Assert.InRange(reader.Offsets.Count, 6, 20);
        Assert.Equal([2_996L, 2_997L, 2_998L, 2_999L, 3_000L], reader.Offsets.TakeLast(5));
        Assert.Equal(["conflating", "live"], reader.Frames.OfType<ServerFrame.Lag>().Select(lag => lag.Mode));
        Assert.InRange(reader.Frames.OfType<ServerFrame.Lag>().First().Behind, 2_900, 3_000);
        AssertAllAccounted(reader, 3_000);

        Publish(writer, 3, keys: 1);
        Assert.Equal([3_001L, 3_002L, 3_003L], reader.Offsets.TakeLast(3));
    }

    [Fact]
    public void Conflate_lets_events_without_a_key_stand_for_one_another()
    {
        var reader = Subscribe("conflate");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 10);

        Publish(writer, 500, keys: 0);
        _node.World.Advance(TimeSpan.FromSeconds(3));
        reader.ReadOn();
        _node.World.Advance(TimeSpan.FromSeconds(2));

        // What was under way, one that waited too long to be replaced, and the newest.
        Assert.InRange(reader.Offsets.Count, 2, 12);
        Assert.Equal(500, reader.Offsets[^1]);
        AssertAllAccounted(reader, 500);
    }

    [Fact]
    public void Conflate_goes_on_for_a_client_that_reads_but_gives_no_credit()
    {
        var reader = Subscribe("conflate", hello: "\"credit\":0");
        var writer = _node.Connect();

        Publish(writer, 1_000, keys: 3);
        _node.World.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(reader.Offsets);
        reader.Send("""{"credit":{"events":100}}""");
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.InRange(reader.Offsets.Count, 3, 6);
        Assert.Equal([998L, 999L, 1_000L], reader.Offsets.TakeLast(3));
        AssertAllAccounted(reader, 1_000);
    }

    [Fact]
    public void Disconnect_closes_a_client_that_reads_nothing_and_loses_it_nothing()
    {
        var reader = Subscribe("disconnect");
        var writer = _node.Connect();
        reader.StopReading(afterBytes: 10);

        Publish(writer, 500, keys: 0);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((CloseCode.TooSlow, "too slow for a"), (reader.ClosedWith, reader.ClosedBecause));
        reader.Drop();
        var again = _node.Accept().HelloAgainAs(reader);
        Assert.True(again.Welcome.Session.Resumed);
        Assert.Equal(DeliveryTests.Range(1, 500), again.Offsets);
    }

    [Fact]
    public void Disconnect_tells_a_client_that_reads_but_gives_no_credit_why()
    {
        var reader = Subscribe("disconnect", hello: "\"credit\":0");

        Publish(_node.Connect(), 500, keys: 0);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseCode.TooSlow, reader.ClosedWith);
        Assert.Equal((CloseCode.TooSlow, "too slow for a"), reader.Take<ServerFrame.Close>() is var close ? (close.Code, close.Reason) : default);
    }

    [Fact]
    public void A_client_that_keeps_up_is_not_disconnected()
    {
        var reader = Subscribe("disconnect");

        Publish(_node.Connect(), 500, keys: 0);

        Assert.Null(reader.ClosedWith);
        Assert.Equal(DeliveryTests.Range(1, 500), reader.Offsets);
    }

    [Theory]
    [InlineData("catchUp", "lanes")]
    [InlineData("catchUp", "offset")]
    [InlineData("conflate", "lanes")]
    [InlineData("conflate", "offset")]
    [InlineData("dropOldest", "lanes")]
    [InlineData("dropOldest", "offset")]
    public void Every_policy_goes_together_with_every_stage_and_accounts_for_every_offset_once(string overflow, string order)
    {
        var reader = Subscribe(
            overflow,
            options: $$""", "order":"{{order}}","shape":{"debounceMs":40,"immediate":["now"],"conflate":"key","batchMs":30,"batchMax":20,"maxPerSecond":200},"filter":{"source":["w*"]},"fields":["n"]""");
        var writer = _node.Connect();
        for (var round = 0; round < 6; round++)
        {
            reader.StopReading(afterBytes: 150);
            Publish(writer, 200, keys: 7, source: round % 2 == 0 ? "w1" : "x", mixed: true);
            _node.World.Advance(TimeSpan.FromMilliseconds(700));
            reader.ReadOn(round % 2 == 0 ? 3_000 : int.MaxValue);
            _node.World.Advance(TimeSpan.FromMilliseconds(300));
        }

        reader.ReadOn();
        _node.World.Advance(TimeSpan.FromSeconds(10));

        AssertAllAccounted(reader, 1_200);
        Assert.NotEmpty(reader.Offsets);
        Assert.All(reader.Events, e => Assert.Equal("w1", e.Body.Source));
        if (order == "offset")
            Assert.Equal(reader.Offsets.Order(), reader.Offsets);

        // The newest of each key is never the one that was given up.
        Assert.Equal(DeliveryTests.Range(994, 1_000), reader.Offsets.Where(offset => offset is >= 994 and <= 1_000).Order());
    }

    private TestClient Subscribe(string overflow, string hello = "", string options = "")
    {
        var reader = _node.Connect(hello: hello).Send($$$"""{"id":2,"subscribe":{"channel":"a","overflow":"{{{overflow}}}"{{{options}}}}}""");
        reader.Take<ServerFrame.Subscribed>();
        return reader;
    }

    private static void Publish(TestClient writer, int count, int keys, string source = "w", bool mixed = false)
    {
        for (var i = 1; i <= count; i++)
        {
            var key = keys == 0 ? "" : $",\"key\":\"k{i % keys}\"";
            var type = mixed && i % 50 == 0 ? "now" : "t";
            var priority = mixed && i % 40 == 0 ? "critical" : "normal";
            writer.Send(
                $$$"""{"publish":{"channel":"a","type":"{{{type}}}","source":"{{{source}}}","priority":"{{{priority}}}","data":{"n":{{{i}}},"x":"{{{new string('x', 40)}}}"}{{{key}}}}}""",
                settles: i == count || i % 100 == 0);
        }
    }

    private static void AssertAllAccounted(TestClient reader, long head)
    {
        var skipped = reader.Frames.OfType<ServerFrame.Skip>().SelectMany(skip => DeliveryTests.Range(skip.From, skip.To));
        var lost = reader.Frames.OfType<ServerFrame.Gap>().SelectMany(gap => DeliveryTests.Range(gap.From, gap.To));
        Assert.Equal(DeliveryTests.Range(1, head), reader.Offsets.Concat(skipped).Concat(lost).Order());
    }
}
