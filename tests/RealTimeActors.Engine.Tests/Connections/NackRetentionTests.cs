using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary><c>nack</c> of what the log does not hold any more when it would come again, or of what its client has left behind.</summary>
public sealed class NackRetentionTests
{
    [Fact]
    public void A_letter_of_what_was_not_retained_counts_all_attempts_and_there_is_none_for_who_has_begun_behind_it()
    {
        // A client that begins elsewhere at any moment while it is looked for in order to be delivered again.
        int?[] attempts = [.. Enumerable.Range(0, 50).Select(step => AttemptsOfLetter(TimeSpan.FromMilliseconds(2_000 + (10 * step))))];

        Assert.Equal(new int?[] { null, 3 }, attempts.Distinct().Order());
    }

    [Fact]
    public void To_begin_behind_what_is_being_given_up_is_no_ack_of_it_and_a_letter_counts_as_one()
    {
        var seen = Enumerable.Range(0, 40).Select(step => GivenUpWhileItBeginsElsewhere(TimeSpan.FromMilliseconds(5 * step))).ToList();

        Assert.All(seen, one => Assert.Equal(one.HasLetter, one.IsDelivered));
        Assert.Equal([false, true], seen.Select(one => one.HasLetter).Distinct().Order());
    }

    private static (bool HasLetter, bool IsDelivered) GivenUpWhileItBeginsElsewhere(TimeSpan after)
    {
        var node = new TestNode(TestNode.With("a", new ChannelSettings { Retry = new RetryRule { Attempts = 1 } }) with { Heartbeat = TimeSpan.FromHours(1) });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var epoch = client.Take<ServerFrame.Subscribed>().Epoch;
        var publisher = node.Connect().Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":60000}}}""");
        for (var i = 2; i <= 20; i++)
            node.Connect().Send($$$"""{"publish":{"channel":"a","type":"t","data":{{{i}}}}}""");

        // Its letter is written when it was read; until then it may be left behind.
        node.Disk.Faults.ReadMax = TimeSpan.FromMilliseconds(100);
        client.Send("""{"nack":{"channel":"a","offset":1}}""", settles: false);
        node.World.Advance(after);
        client.Send($$$$"""{"id":3,"subscribe":{"channel":"a","from":{"epoch":"{{{{epoch}}}}","offset":18}}}""");
        node.World.Advance(TimeSpan.FromSeconds(20));

        var letters = node.Connect().Send("""{"id":9,"read":{"channel":"$dlq.a","what":"events"}}""").Take<ServerFrame.Page>().Events;
        return (letters.Count > 0, publisher.Frames.OfType<ServerFrame.Receipt>().Any());
    }

    /// <summary>Null: there is no letter.</summary>
    private static int? AttemptsOfLetter(TimeSpan beginsElsewhereAfter)
    {
        var node = new TestNode(TestNode.With("short", new ChannelSettings { Retry = new RetryRule { Attempts = 3 }, Retention = new RetentionRule { Count = 5 } }) with { Heartbeat = TimeSpan.FromHours(1) });
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"short"}}""");
        var publisher = node.Connect().Send("""{"publish":{"channel":"short","type":"t","data":1}}""");
        client.Send("""{"nack":{"channel":"short","offset":1}}""");
        for (var i = 2; i <= 20; i++)
            publisher.Send($$$"""{"publish":{"channel":"short","type":"t","data":{{{i}}}}}""");

        node.CrashAndRestart();
        node.Disk.Faults.FlushMin = node.Disk.Faults.FlushMax = TimeSpan.FromMilliseconds(50);
        var after = node.Accept().HelloAgainAs(client);
        var epoch = Assert.Single(after.Welcome.Subscriptions).Epoch;
        node.World.Advance(beginsElsewhereAfter - TimeSpan.FromMilliseconds(500));
        after.Send($$$$"""{"id":3,"subscribe":{"channel":"short","from":{"epoch":"{{{{epoch}}}}","offset":18}}}""");
        node.World.Advance(TimeSpan.FromSeconds(20));

        var letters = node.Connect().Send("""{"id":9,"read":{"channel":"$dlq.short","what":"events"}}""").Take<ServerFrame.Page>().Events;
        return letters.Count == 0 ? null : System.Text.Json.JsonDocument.Parse(Assert.Single(letters).Data).RootElement.GetProperty("attempts").GetInt32();
    }
}
