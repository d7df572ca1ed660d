using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>A publisher and a follower of one channel, who are there all along while what they are connected to is killed and started again.</summary>
internal sealed class LoadOverKills(ServerProcess server, string channel)
{
    internal Publisher Publisher { get; } = new(server, channel);

    internal Follower Follower { get; } = new(server, channel);

    /// <summary>Puts load on the server, kills it under that, and starts it again.</summary>
    /// <param name="round">Each one meets another moment of the load.</param>
    /// <param name="strike">What befalls the server before it is killed; null: nothing.</param>
    internal async Task RoundAsync(int round, Func<Task>? strike = null)
    {
        await Follower.ConnectAsync();
        var following = Follower.FollowUntilCutAsync();
        var isCut = await Publisher.BeginAsync(round);
        if (strike is not null)
            await strike();

        await server.KillAsync();
        await Task.WhenAll(isCut, following);
        await server.RestartAsync();
    }

    /// <summary>Everything is published and followed to the end: it is in the log as its receipts say, and the follower was given the log.</summary>
    internal async Task FinishAsync()
    {
        await Publisher.FinishAsync();
        await Follower.ConnectAsync();
        await Follower.FollowToAsync(Publisher.Receipts.Count);

        var (epoch, log) = await Publisher.AssertLoggedAsync();
        Assert.Equal(epoch, Follower.Epoch);
        Assert.Equal(log.Select(FaceOf), Follower.Applied.Select(FaceOf));
    }

    private static (long, string?, string) FaceOf(JsonElement body) =>
        (Log.OffsetOf(body), body.GetProperty("hash").GetString(), body.GetProperty("data").GetRawText());
}
