using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Errors;

/// <summary>Every refusal of the contract that this version can give, provoked over the wire.</summary>
public sealed class ErrorCodeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Theory]
    [InlineData("publish", """{"channel":"e.a","type":"t"}""")]
    [InlineData("publish", """{"channel":"e.a","data":1}""")]
    [InlineData("publish", """{"channel":"a..b","type":"t","data":1}""")]
    [InlineData("publish", """{"channel":"e.a","type":"t","data":{"a":1,"a":2}}""")]
    [InlineData("publish", """{"channel":"e.a","type":"t","data":1,"confirm":"perhaps"}""")]
    [InlineData("publish", """{"channel":"e.a","type":"t","data":1,"producer":{"id":"p","sequence":9007199254740992}}""")]
    [InlineData("publish", """{"channel":"e.a","type":"t","data":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    [InlineData("subscribe", """{"channel":"a b"}""")]
    [InlineData("subscribe", """{"channel":""}""")]
    [InlineData("read", """{"channel":"e.a","what":"tea"}""")]
    [InlineData("juggle", """{"balls":3}""")]
    public async Task Bad_request_101(string kind, string body) => await IsRefusedAsync(kind, body, 101, "bad_request", "never");

    [Theory]
    [InlineData("$dlq.e.a")]
    [InlineData("$server.alerts")]
    public async Task Forbidden_103_for_names_of_the_server(string channel) =>
        await IsRefusedAsync("publish", $$"""{"channel":"{{channel}}","type":"t","data":1}""", 103, "forbidden", "never");

    [Theory]
    [InlineData("subscribe", """{"channel":"e.*","presence":"count"}""")]
    [InlineData("subscribe", """{"channel":"e.a","group":"g"}""")]
    public async Task Not_enabled_111_until_their_issue(string kind, string body) => await IsRefusedAsync(kind, body, 111, "not_enabled", "never");

    [Fact]
    public async Task Limit_exceeded_105_for_one_subscription_too_many()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        foreach (var channel in (string[])["l.a", "l.b", "l.c"])
            await client.AskAsync("subscribe", $$"""{"channel":"{{channel}}"}""", "subscribed");

        AssertError(await client.AskAsync("subscribe", """{"channel":"l.d"}"""), 105, "limit_exceeded", "never");
        await client.AskAsync("unsubscribe", """{"channel":"l.a"}""", "ok");
        await client.AskAsync("subscribe", """{"channel":"l.d"}""", "subscribed");
    }

    [Fact]
    public async Task Position_gone_107_when_a_page_is_asked_for_that_is_not_there()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        await client.PublishRunAsync("short.page", 1, 50);

        var answer = await client.AskAsync("read", """{"channel":"short.page","what":"events","from":{"epoch":"another","offset":1}}""");

        AssertError(answer, 107, "position_gone", "resync");
    }

    [Fact]
    public async Task Conflict_108_for_the_same_sequence_with_another_payload()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        await client.PublishAsync("e.conflict", "1", ""","producer":{"id":"p","sequence":7}""");

        var answer = await client.AskAsync("publish", """{"channel":"e.conflict","type":"t","data":2,"producer":{"id":"p","sequence":7}}""");

        AssertError(answer, 108, "conflict", "never");
        Assert.Single((await Log.ReadAllAsync(_server, "e.conflict")).Events);
    }

    [Fact]
    public async Task Out_of_window_109_for_a_sequence_that_is_too_old()
    {
        await using var client = await WireClient.ConnectAsync(_server);
        await client.PublishAsync("e.window", "1", ""","producer":{"id":"p","sequence":5000}""");

        var answer = await client.AskAsync("publish", """{"channel":"e.window","type":"t","data":2,"producer":{"id":"p","sequence":3999}}""");

        AssertError(answer, 109, "fenced_or_out_of_window", "never");
        Assert.Single((await Log.ReadAllAsync(_server, "e.window")).Events);
    }

    [Fact]
    public async Task Overloaded_113_when_too_many_events_wait_for_the_disk_and_a_retry_is_taken()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", "realtime.limits.undecided-events=1");
        await using var client = await WireClient.ConnectAsync(server);
        var waiting = Enumerable.Range(1, 200).ToHashSet();
        var refused = 0;

        await client.SendAsync([.. waiting.Order().Select(Frame)]);
        while (waiting.Count > 0)
        {
            var frame = await client.TakeFrameAsync(frame => WireClient.IdOf(frame) >= IdBase, "an answer");
            var sequence = (int)(WireClient.IdOf(frame) - IdBase);
            if (frame.TryGetProperty("receipt", out _))
            {
                waiting.Remove(sequence);
                continue;
            }

            AssertError(frame, 113, "overloaded", "backoff");
            refused++;
            await client.SendAsync(Frame(sequence));
        }

        Assert.True(refused > 0, "Of 200 publishes at once some are expected to be refused.");
        Assert.Equal(Enumerable.Range(1, 200), (await Log.ReadAllAsync(server, "e.full")).Events.Select(logged => logged.GetProperty("data").GetInt32()).Order());

        static string Frame(int i) => $$$$"""{"id":{{{{IdBase + i}}}},"publish":{"channel":"e.full","type":"t","data":{{{{i}}}},"producer":{"id":"p","sequence":{{{{i}}}}}}}""";
    }

    [Fact]
    public async Task Too_large_110_for_a_frame_beyond_the_limit() =>
        await IsRefusedAsync("publish", $$"""{"channel":"e.large","type":"t","data":"{{new string('x', 65_536)}}"}""", 110, "too_large", "never");

    [Fact]
    public async Task Errors_without_an_id_are_dropped_and_the_connection_stays()
    {
        await using var client = await WireClient.ConnectAsync(_server);

        await client.SendAsync("""{"publish":{"channel":"a..b","type":"t","data":1}}""", """{"juggle":{}}""");
        await client.AskAsync("ping", "{}", "pong");

        Assert.Empty(client.Waiting);
    }

    private async Task IsRefusedAsync(string kind, string body, int code, string name, string retry)
    {
        await using var client = await WireClient.ConnectAsync(_server);

        AssertError(await client.AskAsync(kind, body), code, name, retry);
        await client.AskAsync("ping", "{}", "pong");
    }

    private static void AssertError(JsonElement frame, int code, string name, string retry)
    {
        Assert.True(frame.TryGetProperty("error", out var error), $"An error is expected; {frame} came.");
        Assert.Equal((code, name, retry), (error.GetProperty("code").GetInt32(), error.GetProperty("name").GetString(), error.GetProperty("retry").GetString()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    private const long IdBase = 1_000_000;
}
