using System.Net;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Errors;

/// <summary>A disk that is full: a clear refusal, nothing acknowledged is lost, and with room again everything goes on.</summary>
public sealed class FullDiskTests
{
    [RootFact]
    public async Task Publishing_to_a_full_disk_is_113_and_goes_on_when_there_is_room_again()
    {
        using var disk = SmallDisk.Mount(mebibytes: 8);
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", $"realtime.data-directory={disk.Path}");
        await using var client = await WireClient.ConnectAsync(server);
        await client.PublishRunAsync("disk.full", 1, 10);
        disk.FillUp();

        var (persisted, error) = await PublishUntilRefusedAsync(client);
        var (notReady, why) = await ReadinessAsync(server);
        disk.MakeRoom();
        await BecomesReadyAsync(server);
        var receipt = await PublishUntilTakenAsync(client, persisted + 1);

        Assert.Equal((113, "overloaded", "backoff"), (error.GetProperty("code").GetInt32(), error.GetProperty("name").GetString(), error.GetProperty("retry").GetString()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady);
        Assert.Contains("is full. What was acknowledged is kept.", why, StringComparison.Ordinal);
        var events = (await Log.ReadAllAsync(server, "disk.full")).Events;
        Assert.Equal(persisted + 1, Log.OffsetOf(receipt));
        Log.AssertOffsets(events, 1, persisted + 1);
    }

    /// <summary>The journal's file may have room inside for a while.</summary>
    private static async Task<(int Persisted, JsonElement Error)> PublishUntilRefusedAsync(WireClient client)
    {
        for (var n = 11; ; n++)
        {
            var answer = await client.AskAsync("publish", Body(n));
            if (answer.TryGetProperty("error", out var error))
                return (n - 1, error);
        }
    }

    private static async Task<JsonElement> PublishUntilTakenAsync(WireClient client, int n)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var answer = await client.AskAsync("publish", Body(n));
            if (answer.TryGetProperty("receipt", out var receipt) && receipt.GetProperty("status").GetString() == "persisted")
                return receipt;
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> ReadinessAsync(ServerProcess server)
    {
        using var answer = await server.Http.GetAsync(new Uri("readyz", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Nobody publishes meanwhile: asking is enough to find out.</summary>
    private static async Task BecomesReadyAsync(ServerProcess server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await ReadinessAsync(server)).Status != HttpStatusCode.OK)
            patience.Token.ThrowIfCancellationRequested();
    }

    private static string Body(int n) =>
        $$$$"""{"channel":"disk.full","type":"t","data":{"n":{{{{n}}}},"padding":"{{{{new string('x', 4_000)}}}}"},"producer":{"id":"p","sequence":{{{{n}}}}}}""";
}
