using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Errors;

/// <summary>How connections are closed: a frame that says why, then the WebSocket with the same code.</summary>
public sealed class CloseCodeTests
{
    [Fact]
    public async Task Without_hello_in_time_it_is_4401()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", "realtime.session.hello-within=300ms");
        await using var client = await WireClient.OpenAsync(server);

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
    }

    [Fact]
    public async Task Each_misuse_has_its_code_and_a_stop_says_goaway_first()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");

        await FirstFrameMustBeHelloAsync(server);
        await AMessageTooLargeClosesAsync(server);
        await ASecondConnectionTakesOverAsync(server);
        await ByeIsAnsweredAsync(server);
        await AStopSaysGoawayAsync(server);
    }

    private static async Task FirstFrameMustBeHelloAsync(ServerProcess server)
    {
        await using var client = await WireClient.OpenAsync(server);
        await client.SendAsync("""{"id":1,"ping":{}}""");

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
        Assert.Equal(4401, (await client.TakeAsync("close")).GetProperty("code").GetInt32());
    }

    private static async Task AMessageTooLargeClosesAsync(ServerProcess server)
    {
        await using var client = await WireClient.ConnectAsync(server);
        await client.SendAsync([.. Enumerable.Range(0, 40).Select(_ => $$$"""{"ping":{"padding":"{{{new string('x', 30_000)}}}"}}""")]);
        Assert.Equal(1009, (await client.ClosedAsync()).Code);
    }

    private static async Task ASecondConnectionTakesOverAsync(ServerProcess server)
    {
        await using var first = await WireClient.FollowAsync(server, "take.over");

        await using var second = await WireClient.ResumeAsync(server, first);

        Assert.Equal(4404, (await first.ClosedAsync()).Code);
        await second.PublishAsync("take.over", "1");
        Log.AssertOffsets(await second.TakeEventsAsync(1), 1, 1);
    }

    private static async Task ByeIsAnsweredAsync(ServerProcess server)
    {
        await using var client = await WireClient.FollowAsync(server, "bye.bye");
        await client.SendAsync("""{"bye":{"keepSession":false}}""");
        Assert.InRange((await client.ClosedAsync()).Code, 4000, 4099);

        await using var again = await WireClient.ConnectAsync(server, $$"""{"session":{{client.SessionJson}}}""");
        Assert.False(again.IsResumed);
        Assert.NotEmpty(again.Welcome.GetProperty("session").GetProperty("reason").GetString()!);
    }

    private static async Task AStopSaysGoawayAsync(ServerProcess server)
    {
        await using var client = await WireClient.FollowAsync(server, "stop.it");
        var stop = server.StopAsync();

        Assert.Equal(4000, (await client.ClosedAsync()).Code);
        await client.TakeAsync("goaway");
        Assert.Equal(0, await stop);
    }
}
