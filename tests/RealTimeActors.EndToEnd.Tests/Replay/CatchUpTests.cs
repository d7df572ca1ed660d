using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Replay;

/// <summary>What a client gets that was away, or slow.</summary>
public sealed class CatchUpTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task A_client_that_was_away_gets_everything_in_order_while_live_events_keep_coming(int credit)
    {
        var channel = $"away.credit-{credit}";
        var before = await WireClient.FollowAsync(_server, channel);
        await using var publisher = await WireClient.ConnectAsync(_server);
        await publisher.PublishRunAsync(channel, 1, 20);
        await before.TakeEventsAsync(20);
        await before.SendAsync($$$"""{"ack":{"channel":"{{{channel}}}","offset":20}}""");
        await before.AskAsync("ping", "{}", "pong");
        before.Abort();

        await publisher.PublishRunAsync(channel, 21, 1_000);
        await using var client = await WireClient.ResumeAsync(_server, before, $",\"credit\":{credit}");
        var live = Task.Run(async () =>
        {
            for (var from = 1_001; from <= 2_000; from += 100)
                await publisher.PublishRunAsync(channel, from, from + 99);
        });
        await before.DisposeAsync();

        Assert.Equal(20, client.Welcome.GetProperty("subscriptions")[0].GetProperty("offset").GetInt64());
        for (var next = 21; next <= 2_000;)
        {
            var count = Math.Min(credit, 2_001 - next);
            Log.AssertOffsets(await client.TakeEventsAsync(count), next, next + count - 1);
            next += count;
            await client.SendAsync($$$$"""{"credit":{"events":{{{{count}}}}}}""");
        }

        await live;
    }

    [Fact]
    public async Task Credit_is_never_overdrawn()
    {
        await using var client = await WireClient.ConnectAsync(_server, """{"credit":3,"subscribe":[{"channel":"credit.three"}]}""");

        await client.PublishRunAsync("credit.three", 1, 10);
        Log.AssertOffsets(await client.TakeEventsAsync(3), 1, 3);
        await client.AskAsync("ping", "{}", "pong");

        Assert.DoesNotContain(client.Waiting, frame => frame.TryGetProperty("event", out _));
        await client.SendAsync("""{"credit":{"events":7}}""");
        Log.AssertOffsets(await client.TakeEventsAsync(7), 4, 10);
    }

    [Fact]
    public async Task A_position_older_than_retention_gives_the_exact_gap()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        var epoch = (await client.PublishAsync("short.gap", "0")).GetProperty("epoch").GetString();
        await client.PublishRunAsync("short.gap", 1, 49);

        var subscribed = await client.AskAsync("subscribe", $$$"""{"channel":"short.gap","from":{"epoch":"{{{epoch}}}","offset":5}}""", "subscribed");
        var first = Log.OffsetOf((await client.TakeEventsAsync(1))[0]);

        Assert.Equal("gap", subscribed.GetProperty("recovered").GetString());
        Assert.Equal("""{"from":6,"to":40,"reason":"retention"}""", subscribed.GetProperty("gap").GetRawText());
        Assert.Equal(41, first);
        Log.AssertOffsets(await client.TakeEventsAsync(9), 42, 50);
    }

    [Theory]
    [InlineData("another", 5)]
    [InlineData(null, 900)]
    public async Task A_position_of_another_epoch_or_beyond_the_head_gives_reset(string? epoch, int offset)
    {
        var channel = $"reset.at-{offset}";
        await using var client = await WireClient.ConnectAsync(_server);
        var own = (await client.PublishAsync(channel, "0")).GetProperty("epoch").GetString();
        await client.PublishRunAsync(channel, 1, 19);

        var subscribed = await client.AskAsync("subscribe", $$$$"""{"channel":"{{{{channel}}}}","from":{"epoch":"{{{{epoch ?? own}}}}","offset":{{{{offset}}}}}}""", "subscribed");

        Assert.Equal("reset", subscribed.GetProperty("recovered").GetString());
        Assert.Equal(own, subscribed.GetProperty("epoch").GetString());
        Log.AssertOffsets(await client.TakeEventsAsync(20), 1, 20);
    }

    [Fact]
    public async Task A_subscriber_that_reads_nothing_costs_the_others_nothing_and_then_gets_all()
    {
        const int events = 1_500;
        var data = $"\"{new string('x', 8_000)}\"";
        await using var stalled = await WireClient.FollowAsync(_server, "stalled.one");
        await using var other = await WireClient.FollowAsync(_server, "stalled.one");
        await using var publisher = await WireClient.ConnectAsync(_server);

        // 12 MB: several times what the rings and the sockets between hold, so that the stalled one has fallen out of all of them.
        for (var i = 0; i < events; i += AtOnce)
        {
            await PublishAtOnceAsync(publisher, "stalled.one", data);
            Log.AssertOffsets(await other.TakeEventsAsync(AtOnce), i + 1, i + AtOnce);
        }

        Log.AssertOffsets(await stalled.TakeEventsAsync(events), 1, events);
    }

    [Fact]
    public async Task Drop_oldest_says_what_it_dropped()
    {
        const int events = 1_500;
        var data = $"\"{new string('x', 8_000)}\"";
        await using var stalled = await WireClient.FollowAsync(_server, "stalled.dropping", ""","overflow":"dropOldest","order":"offset" """);
        await using var publisher = await WireClient.ConnectAsync(_server);

        for (var i = 0; i < events; i += AtOnce)
            await PublishAtOnceAsync(publisher, "stalled.dropping", data);

        var next = 1L;
        var lost = 0L;
        while (next <= events)
        {
            var frame = await stalled.TakeFrameAsync(frame => frame.TryGetProperty("event", out _) || frame.TryGetProperty("gap", out _), "an event or a gap");
            if (frame.TryGetProperty("gap", out var gap))
            {
                Assert.Equal(next, gap.GetProperty("from").GetInt64());
                lost += gap.GetProperty("to").GetInt64() - next + 1;
                next = gap.GetProperty("to").GetInt64() + 1;
            }
            else
            {
                Assert.Equal(next++, Log.OffsetOf(frame.GetProperty("event")));
            }
        }

        Assert.InRange(lost, 1, events - 1);
    }

    /// <summary>Several for each round trip to the disk: who reads nothing answers no ping either, and is not to be taken for dead before all are published.</summary>
    private static async Task PublishAtOnceAsync(WireClient client, string channel, string data)
    {
        long[] ids = [.. Enumerable.Range(0, AtOnce).Select(_ => client.NextId())];
        await client.SendAsync([.. ids.Select(id => $$$"""{"id":{{{id}}},"publish":{"channel":"{{{channel}}}","type":"t","data":{{{data}}}}}""")]);
        foreach (var id in ids)
            await client.TakeFrameAsync(frame => WireClient.IdOf(frame) == id && frame.TryGetProperty("receipt", out _), "a receipt");
    }

    private const int AtOnce = 10;
}
