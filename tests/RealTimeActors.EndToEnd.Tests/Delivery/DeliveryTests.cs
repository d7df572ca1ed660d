using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Delivery;

/// <summary>Confirms, acks, lanes and sessions as they are seen on the wire.</summary>
public sealed class DeliveryTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task Each_confirm_gets_the_receipt_it_asked_for()
    {
        await using var client = await WireClient.FollowAsync(_server, "d.confirm");
        await using var publisher = await WireClient.ConnectAsync(_server);

        await publisher.SendAsync("""{"id":77,"publish":{"channel":"d.confirm","type":"t","data":1,"confirm":"none"}}""");
        var accepted = await publisher.PublishAsync("d.confirm", "2", ""","confirm":"accepted" """);
        var persisted = await publisher.PublishAsync("d.confirm", "3");
        var delivering = publisher.PublishAsync("d.confirm", "4", ""","confirm":"delivered","delivered":{"count":1,"timeoutMs":60000}""");
        Log.AssertOffsets(await client.TakeEventsAsync(4), 1, 4);
        await client.SendAsync("""{"ack":{"channel":"d.confirm","offset":4}}""");
        var delivered = await delivering;
        var late = await publisher.PublishAsync("d.confirm", "5", ""","confirm":"delivered","delivered":{"count":1,"timeoutMs":50}""");

        Assert.Equal("accepted", StatusOf(accepted));
        Assert.Equal(("persisted", 3), (StatusOf(persisted), Log.OffsetOf(persisted)));
        Assert.Equal(64, persisted.GetProperty("hash").GetString()!.Length);
        Assert.Equal(("delivered", """{"acked":1,"of":1}"""), (StatusOf(delivered), delivered.GetProperty("delivered").GetRawText()));
        Assert.Equal(("persisted", """{"acked":0,"of":1}"""), (StatusOf(late), late.GetProperty("delivered").GetRawText()));
        Assert.DoesNotContain(publisher.Waiting, frame => WireClient.IdOf(frame) == 77);
    }

    [Fact]
    public async Task Of_a_resumed_session_what_was_not_acked_comes_again_and_ranges_do_not()
    {
        var before = await WireClient.FollowAsync(_server, "d.acks", ""","ack":"manual" """);
        await before.PublishRunAsync("d.acks", 1, 10);
        await before.TakeEventsAsync(10);
        await before.SendAsync("""{"ack":{"channel":"d.acks","offset":3,"ranges":[[6,7],[10,10]]}}""");
        await before.AskAsync("ping", "{}", "pong");
        before.Abort();

        await using var client = await WireClient.ResumeAsync(_server, before);
        var came = new List<JsonElement>();
        while (came.Count < 4)
            came.Add(await client.TakeAsync("event"));
        await before.DisposeAsync();

        Assert.Equal(3, client.Welcome.GetProperty("subscriptions")[0].GetProperty("offset").GetInt64());
        Assert.Equal([4, 5, 8, 9], came.Select(Log.OffsetOf));
    }

    [Theory]
    [InlineData("lanes")]
    [InlineData("offset")]
    public async Task A_higher_priority_overtakes_unless_the_order_is_by_offset(string order)
    {
        var channel = $"d.order-{order}";
        await using var client = await WireClient.ConnectAsync(_server, $$"""{"credit":1,"subscribe":[{"channel":"{{channel}}","order":"{{order}}"}]}""");
        await using var publisher = await WireClient.ConnectAsync(_server);
        await publisher.PublishRunAsync(channel, 1, 5);
        await publisher.PublishAsync(channel, "6", ""","priority":"critical" """);
        await client.TakeEventsAsync(1);

        await client.SendAsync("""{"credit":{"events":5}}""");
        var offsets = (await client.TakeEventsAsync(5)).Select(Log.OffsetOf);

        Assert.Equal(order == "lanes" ? [6, 2, 3, 4, 5] : [2, 3, 4, 5, 6], offsets);
    }

    [Fact]
    public async Task What_is_below_the_least_priority_is_told_as_skipped()
    {
        await using var client = await WireClient.FollowAsync(_server, "d.least", ""","priority":"high" """);
        await using var publisher = await WireClient.ConnectAsync(_server);

        await publisher.PublishRunAsync("d.least", 1, 3);
        await publisher.PublishAsync("d.least", "4", ""","priority":"high" """);
        var frames = new List<JsonElement>();
        while (!frames.Any(frame => frame.TryGetProperty("event", out _)) || SkippedBy(frames) < 3)
            frames.Add(await client.TakeFrameAsync(frame => frame.TryGetProperty("event", out _) || frame.TryGetProperty("skip", out _), "an event or a skip"));

        Assert.Equal(4, Log.OffsetOf(frames.Single(frame => frame.TryGetProperty("event", out _)).GetProperty("event")));
        Assert.Equal(3, SkippedBy(frames));

        static long SkippedBy(List<JsonElement> frames) => frames.Where(frame => frame.TryGetProperty("skip", out _))
            .Sum(frame => frame.GetProperty("skip").GetProperty("to").GetInt64() - frame.GetProperty("skip").GetProperty("from").GetInt64() + 1);
    }

    [Fact]
    public async Task A_stop_keeps_the_cursor_exactly_where_the_last_ack_put_it()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        await using var before = await WireClient.FollowAsync(server, "d.stop");
        await before.PublishRunAsync("d.stop", 1, 100);
        await before.TakeEventsAsync(100);
        await before.SendAsync("""{"ack":{"channel":"d.stop","offset":63}}""");
        await before.AskAsync("ping", "{}", "pong");

        Assert.Equal(0, await server.StopAsync());
        await server.RestartAsync();
        await using var after = await WireClient.ResumeAsync(server, before);

        var subscribed = after.Welcome.GetProperty("subscriptions")[0];
        Assert.Equal((63, 100), (subscribed.GetProperty("offset").GetInt64(), subscribed.GetProperty("head").GetInt64()));
        Log.AssertOffsets(await after.TakeEventsAsync(37), 64, 100);
    }

    [Fact]
    public async Task What_is_kept_of_an_ephemeral_channel_for_a_session_that_is_away_survives_a_kill()
    {
        await using var server = await ServerProcess.StartAsync(SharedServer.Settings);
        await using var publisher = await WireClient.ConnectAsync(server);
        await using var before = await WireClient.FollowAsync(server, "live.kept");
        await publisher.PublishRunAsync("live.kept", 1, 3);
        await before.TakeEventsAsync(3);
        await before.SendAsync("""{"ack":{"channel":"live.kept","offset":3}}""");
        await before.SendAsync("""{"bye":{}}""");
        await before.ClosedAsync();

        await publisher.PublishRunAsync("live.kept", 4, 8);
        // Receipts of an ephemeral channel promise nothing. Once its session has answered, it has been told of all that it is to keep; and a few round trips to the disk later that is there.
        using var session = await server.Http.GetAsync(new Uri($"v1/sessions/{before.Welcome.GetProperty("session").GetProperty("id").GetString()}", UriKind.Relative));
        Assert.True(session.IsSuccessStatusCode);
        for (var i = 0; i < 20; i++)
            await publisher.PublishAsync("durable.beside", "1");

        await server.KillAsync();
        await server.RestartAsync();
        await using var after = await WireClient.ResumeAsync(server, before);
        var kept = await after.TakeEventsAsync(5);

        Assert.Equal([4, 5, 6, 7, 8], kept.Select(body => body.GetProperty("data").GetInt32()));
    }

    [Fact]
    public async Task A_key_is_good_once_it_was_replaced_and_used_no_more()
    {
        await using var first = await WireClient.FollowAsync(_server, "d.keys");
        await using var second = await WireClient.ResumeAsync(_server, first);

        await using var third = await WireClient.ConnectAsync(_server, $$"""{"session":{{first.SessionJson}}}""");

        Assert.False(third.IsResumed);
        Assert.NotEmpty(third.Welcome.GetProperty("session").GetProperty("reason").GetString()!);
        await second.AskAsync("ping", "{}", "pong");
    }

    private static string? StatusOf(JsonElement receipt) => receipt.GetProperty("status").GetString();
}
