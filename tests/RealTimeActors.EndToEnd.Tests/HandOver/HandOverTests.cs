using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Client;
using Xunit.Abstractions;

namespace RealTimeActors.EndToEnd.Tests.HandOver;

/// <summary>A server that is drained hands its clients over to the one that comes after it.</summary>
public sealed class HandOverTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_thousand_clients_of_a_drained_server_come_back_spread_and_none_misses_or_repeats_an_event()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false", $"realtime.drain.spread={SpreadSeconds}s");
        HandedOverClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new HandedOverClient(server.Address))];
        await using var publisher = new RealTimeClient(server.Address.ToString());
        using var isEnough = new CancellationTokenSource();
        try
        {
            await Parallel.ForEachAsync(clients, Together, async (client, stop) => await client.FollowAsync(Channel).WaitAsync(_patience, stop));
            await publisher.ConnectAsync();
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var publishing = PublishAsync(publisher, begun, isEnough.Token);
            await begun.Task.WaitAsync(_patience);

            var drainedAt = Stopwatch.GetTimestamp();
            var exitCode = await server.StopAsync();
            var gone = Stopwatch.GetElapsedTime(drainedAt);
            await server.RestartAsync();
            var ready = Stopwatch.GetElapsedTime(drainedAt);
            await Task.WhenAll(clients.Select(client => client.IsBack)).WaitAsync(_patience);
            await isEnough.CancelAsync();
            var last = await publishing.WaitAsync(_patience);
            await Task.WhenAll(clients.Select(client => client.ReceivesUpTo(last))).WaitAsync(_patience);

            double[] back = [.. clients.Select(client => Stopwatch.GetElapsedTime(drainedAt, client.BackAt).TotalSeconds).Order()];
            Report(gone, ready, last, back);
            Assert.Equal(0, exitCode);
            Assert.All(clients, client => Assert.True(client.Fault is null, client.ToString()));

            // Each comes at the moment that it drew, or later, where the successor was not ready or the machine is busy: no second has more than its share before its end.
            for (var second = 1; second < SpreadSeconds; second++)
                Assert.InRange(back.Count(at => at < second), 0, (Clients * second / SpreadSeconds) + Stray);

            Assert.True(back[^1] > SpreadSeconds - 1, $"They are expected to come over {SpreadSeconds} s; the last was there after {back[^1]} s.");
        }
        finally
        {
            await Parallel.ForEachAsync(clients, Together, async (client, _) => await client.DisposeAsync());
        }
    }

    /// <summary>Publishes all along, also while there is nobody to publish to.</summary>
    /// <returns>The offset of the last one.</returns>
    private static async Task<long> PublishAsync(RealTimeClient publisher, TaskCompletionSource begun, CancellationToken isEnough)
    {
        // Nothing is waited for by it: it is the rate. What the next one could be sent after, the receipt of the one before, does not come while there is no server.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var under = new List<Task<Receipt>>();
        while (!isEnough.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
        {
            under.Add(publisher.PublishAsync(Channel, "tick", new { N = under.Count }, cancellationToken: CancellationToken.None));
            if (under.Count == 10)
                begun.TrySetResult();
        }

        // However often it was sent, each one is in the log once and in its order.
        var receipts = await Task.WhenAll(under);
        Assert.Equal(Enumerable.Range(1, receipts.Length).Select(offset => (long)offset), receipts.Select(receipt => receipt.Offset));
        return receipts[^1].Offset;
    }

    private void Report(TimeSpan gone, TimeSpan ready, long last, double[] back)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clients} clients, asked to come back over {SpreadSeconds} s; gone after {gone.TotalSeconds:0.00} s, successor ready after {ready.TotalSeconds:0.00} s; {last} events."));
        output.WriteLine("Back, by quarters of a second after the drain began:");
        foreach (var quarter in back.GroupBy(seconds => Math.Floor(seconds * 4) / 4))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{quarter.Key,6:0.00} s {quarter.Count(),4}  {new string('#', quarter.Count() / 5)}"));
    }

    private static ParallelOptions Together => new() { MaxDegreeOfParallelism = 64 };

    private const string Channel = "handover.all";
    private const int Clients = 1_000;
    private const int SpreadSeconds = 5;

    /// <summary>How many more than its share may draw a second by chance: six standard deviations.</summary>
    private const int Stray = 100;
}
