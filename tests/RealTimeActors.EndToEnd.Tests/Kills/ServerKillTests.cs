using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>The promise of the whole: a server that is killed under load loses nothing that it gave a receipt for, and repeats nothing.</summary>
public sealed class ServerKillTests
{
    [Fact]
    public async Task Every_persisted_event_comes_exactly_once_and_in_order_over_twenty_kills()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        var publisher = new Publisher(server, Channel);
        var follower = new Follower(server, Channel);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await follower.ConnectAsync();
            var following = follower.FollowUntilCutAsync();
            // Each kill meets another moment of the load.
            var publishing = publisher.PublishUntilCutAsync(100 + (kill * 37), enough);
            await enough.Task;
            await server.KillAsync();
            await Task.WhenAll(publishing, following);
            Assert.True(publisher.UnansweredCount > 0, "A kill is expected to come while publishes are under way.");
            await server.RestartAsync();
        }

        await publisher.FinishAsync();
        await follower.ConnectAsync();
        await follower.FollowToAsync(publisher.Receipts.Count);

        var (epoch, log) = await Log.ReadAllAsync(server, Channel);
        Assert.Equal(publisher.Receipts.Count, log.Count);
        Log.AssertOffsets(log, 1, log.Count);
        foreach (var (sequence, receipt) in publisher.Receipts)
        {
            var logged = log[(int)Log.OffsetOf(receipt) - 1];
            Assert.Equal(sequence, logged.GetProperty("data").GetProperty("n").GetInt32());
            Assert.Equal(epoch, receipt.GetProperty("epoch").GetString());
            Assert.Equal(logged.GetProperty("hash").GetString(), receipt.GetProperty("hash").GetString());
        }

        Assert.Equal(epoch, follower.Epoch);
        Assert.Equal(log.Select(FaceOf), follower.Applied.Select(FaceOf));
        await RetriesGetTheSameReceiptAsync(server, publisher);
    }

    private static async Task RetriesGetTheSameReceiptAsync(ServerProcess server, Publisher publisher)
    {
        await using var client = await WireClient.ConnectAsync(server);
        foreach (var (sequence, receipt) in publisher.Receipts.OrderByDescending(known => known.Key).Take(900))
        {
            await client.SendAsync(publisher.Frame(sequence));
            var again = await client.TakeAsync("receipt");
            Assert.True(again.GetProperty("duplicate").GetBoolean());
            Assert.Equal(PlaceOf(receipt), PlaceOf(again));
        }
    }

    private static (long, string?, string) FaceOf(JsonElement body) =>
        (Log.OffsetOf(body), body.GetProperty("hash").GetString(), body.GetProperty("data").GetRawText());

    private static (string?, long, string?) PlaceOf(JsonElement receipt) =>
        (receipt.GetProperty("epoch").GetString(), Log.OffsetOf(receipt), receipt.GetProperty("hash").GetString());

    private const string Channel = "orders.all";
    private const int Kills = 20;
}
