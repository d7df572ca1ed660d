using System.Diagnostics;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Shaping;

/// <summary>Each option of a subscription as it is seen on the wire, alone and together.</summary>
public sealed class ShapingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task A_filter_on_attributes()
    {
        await using var client = await WireClient.FollowAsync(_server, "s.filter", ""","filter":{"source":["office-*"],"key":["k1","k2"]}""");
        await client.SendAsync(
            Publish("s.filter", ""","source":"office-1","key":"k1" """),
            Publish("s.filter", ""","source":"home","key":"k1" """),
            Publish("s.filter", ""","source":"office-1" """),
            Publish("s.filter", ""","source":"office-2","key":"k2" """));

        Assert.Equal(["event 1", "event 4", "skip 2", "skip 3"], (await AccountsAsync(client, 4)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_selection_of_fields()
    {
        await using var client = await WireClient.FollowAsync(_server, "s.fields", ""","fields":["b","d"]""");
        await client.PublishAsync("s.fields", """{"a":1,"b":{"d":1.0},"c":[2],"d":"\u0041"}""");

        Assert.Equal("""{"b":{"d":1.0},"d":"\u0041"}""", (await client.TakeAsync("event")).GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Debounce_with_a_type_that_is_immediate()
    {
        await using var client = await WireClient.FollowAsync(_server, "s.debounce", ""","shape":{"debounceMs":2000,"immediate":["now"]}""");
        await client.SendAsync(
            Publish("s.debounce"), Publish("s.debounce"), """{"publish":{"channel":"s.debounce","type":"now","data":1}}""", Publish("s.debounce"), Publish("s.debounce"));

        Assert.Equal(["event 3", "event 5", "skip 1", "skip 2", "skip 4"], (await AccountsAsync(client, 5)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("key", "event 4,event 5,event 6,skip 1,skip 2,skip 3")]
    [InlineData("channel", "event 6,skip 1,skip 2,skip 3,skip 4,skip 5")]
    public async Task Conflation_of_what_waits_for_credit(string by, string expected)
    {
        var channel = $"s.conflate-{by}";
        await using var client = await WireClient.ConnectAsync(_server, $$$"""{"credit":0,"subscribe":[{"channel":"{{{channel}}}","shape":{"conflate":"{{{by}}}"}}]}""");
        // At once, in one message: one that has waited for a second is not replaced any more. The receipt of the last one says that all of them wait.
        var last = client.NextId();
        await client.SendAsync(
            [.. ((string[])["a", "b", "a", "a", ""]).Select(key => Publish(channel, key.Length == 0 ? "" : $",\"key\":\"{key}\"")), $$$"""{"id":{{{last}}},{{{Publish(channel, ""","key":"b" """)[1..]}}}"""]);
        await client.TakeFrameAsync(frame => WireClient.IdOf(frame) == last, "a receipt");

        await client.SendAsync("""{"credit":{"events":10}}""");

        Assert.Equal(expected.Split(','), (await AccountsAsync(client, 6)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_by_count()
    {
        await using var client = await WireClient.FollowAsync(_server, "s.batch", ""","shape":{"batchMs":60000,"batchMax":3}""");
        await client.PublishRunAsync("s.batch", 1, 2);
        await client.AskAsync("ping", "{}", "pong");
        Assert.DoesNotContain(client.Waiting, frame => frame.TryGetProperty("event", out _));

        await client.PublishRunAsync("s.batch", 3, 3);

        Log.AssertOffsets(await client.TakeEventsAsync(3), 1, 3);
    }

    [Fact]
    public async Task A_rate_and_critical_events_that_do_not_wait_for_it()
    {
        await using var client = await WireClient.FollowAsync(_server, "s.rate", ""","shape":{"maxPerSecond":2}""");
        var watch = Stopwatch.StartNew();
        await client.SendAsync([.. Enumerable.Repeat(Publish("s.rate"), 5), Publish("s.rate", ""","priority":"critical" """)]);

        var offsets = new List<long>();
        while (offsets.Count < 6)
        {
            offsets.Add(Log.OffsetOf(await client.TakeAsync("event")));
            if (offsets[^1] == 6)
                Assert.True(offsets.Count <= 3, $"The critical event is expected before those that wait; {string.Join(", ", offsets)} came.");
        }

        Assert.Equal([1, 2, 3, 4, 5, 6], offsets.Order());
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1.9), $"Five at two a second take two seconds; they took {watch.Elapsed}.");
    }

    [Fact]
    public async Task All_together_in_order_and_again_after_a_resume()
    {
        const string Shape = ""","order":"offset","shape":{"debounceMs":2000,"conflate":"key","batchMs":20,"maxPerSecond":100},"filter":{"key":["a","b"]},"fields":["n"],"priority":"high" """;
        var before = await WireClient.FollowAsync(_server, "s.all", Shape);
        await PublishMixedAsync(before, 1);
        Assert.Equal(["skip 1", "skip 2", "skip 3", "skip 4", "event 5", "event 6"], await AccountsAsync(before, 6));
        await before.SendAsync("""{"ack":{"channel":"s.all","offset":6}}""");
        await before.AskAsync("ping", "{}", "pong");
        before.Abort();
        await before.DisposeAsync();

        await using var client = await WireClient.ResumeAsync(_server, before);
        await PublishMixedAsync(client, 7);

        Assert.Equal(["skip 7", "skip 8", "skip 9", "skip 10", "event 11", "event 12"], await AccountsAsync(client, 6));
    }

    [Fact]
    public async Task Pieces_of_a_long_event()
    {
        await using var client = await WireClient.ConnectAsync(_server, """{"pieces":1024,"subscribe":[{"channel":"s.pieces"}]}""");
        await client.PublishAsync("s.pieces", $"\"{new string('x', 30_000)}\"");

        var text = new MemoryStream();
        while (true)
        {
            var piece = await client.TakeAsync("piece");
            var data = piece.GetProperty("data").GetBytesFromBase64();
            Assert.InRange(data.Length, 1, 1_024);
            text.Write(data);
            if (piece.GetProperty("last").GetBoolean())
                break;
        }

        var frame = JsonDocument.Parse(text.ToArray()).RootElement;
        Assert.Equal(1, Log.OffsetOf(frame.GetProperty("event")));
        Assert.Equal(30_000, frame.GetProperty("event").GetProperty("data").GetString()!.Length);
    }

    private static string Publish(string channel, string more = "") => $$$"""{"publish":{"channel":"{{{channel}}}","type":"t","data":{"n":1,"m":2}{{{more}}}}}""";

    /// <summary>In one message, so that all of them are there before any of them leaves: one that is not wanted, one of a low priority, two of each key.</summary>
    private static Task PublishMixedAsync(WireClient client, int from) => client.SendAsync(
    [
        .. ((string[])["c", "low", "a", "b", "a", "b"]).Select((key, i) => Publish(
            "s.all", key == "low" ? ""","key":"a" """ : $$""","key":"{{key}}","priority":"{{((from + i) % 2 == 0 ? "high" : "critical")}}" """)),
    ]);

    /// <summary>What the connection was told of the next so many offsets, in the order in which it was told.</summary>
    internal static async Task<List<string>> AccountsAsync(WireClient client, long count)
    {
        var accounts = new List<string>();
        while (count > 0)
        {
            var frame = await client.TakeFrameAsync(next => next.TryGetProperty("event", out _) || next.TryGetProperty("gap", out _) || next.TryGetProperty("skip", out _), "an event, a skip or a gap");
            if (frame.TryGetProperty("event", out var body))
            {
                accounts.Add($"event {Log.OffsetOf(body)}");
                count--;
                continue;
            }

            var kind = frame.TryGetProperty("skip", out var range) ? "skip" : "gap";
            range = frame.GetProperty(kind);
            var (from, to) = (range.GetProperty("from").GetInt64(), range.GetProperty("to").GetInt64());
            for (var offset = from; offset <= to; offset++)
                accounts.Add($"{kind} {offset}");

            count -= to - from + 1;
        }

        return accounts;
    }
}
