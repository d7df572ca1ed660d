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
        var load = new LoadOverKills(server, Channel);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.RoundAsync(kill);
            Assert.True(load.Publisher.UnansweredCount > 0, "A kill is expected to come while publishes are under way.");
        }

        await load.FinishAsync();
        await RetriesGetTheSameReceiptAsync(server, load.Publisher);
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

    private static (string?, long, string?) PlaceOf(JsonElement receipt) =>
        (receipt.GetProperty("epoch").GetString(), Log.OffsetOf(receipt), receipt.GetProperty("hash").GetString());

    private const string Channel = "orders.all";
    private const int Kills = 20;
}
