using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Replay;

/// <summary>A server whose data came back from a backup.</summary>
public sealed class RestoreTests
{
    [Fact]
    public async Task A_restored_log_has_another_epoch_and_its_followers_are_told_reset()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        await using var before = await WireClient.FollowAsync(server, "restored.log");
        await before.PublishRunAsync("restored.log", 1, 10);
        var copy = Path.Combine(server.DataDirectory, "copy.db");
        await ServerCommand.RunAsync(server, "backup", copy);
        await before.PublishRunAsync("restored.log", 11, 20);
        await before.TakeEventsAsync(20);
        var epoch = before.Welcome.GetProperty("subscriptions")[0].GetProperty("epoch").GetString();

        await server.KillAsync();
        await ServerCommand.RunAsync(server, "restore", copy, "--replace");
        await server.RestartAsync();
        await using var after = await WireClient.ConnectAsync(server);
        var subscribed = await after.AskAsync("subscribe", $$$$"""{"channel":"restored.log","from":{"epoch":"{{{{epoch}}}}","offset":20}}""", "subscribed");
        var events = await after.TakeEventsAsync(10);

        Assert.Equal("reset", subscribed.GetProperty("recovered").GetString());
        Assert.NotEqual(epoch, subscribed.GetProperty("epoch").GetString());
        Log.AssertOffsets(events, 1, 10);
        Assert.Equal(11, Log.OffsetOf(await after.PublishAsync("restored.log", "0")));
    }
}
