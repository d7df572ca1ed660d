using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using Xunit.Abstractions;

namespace RealTimeActors.EndToEnd.Tests.Replay;

/// <summary>Somebody who takes one event a second, while much is published. The whole minute is run in the simulation at every build; here, with REALTIME_SLOW_READER_SECONDS=60.</summary>
public sealed class SlowReaderTests(ITestOutputHelper output)
{
    private const string Channel = "slow.reader";
    private const int EventsPerTick = 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly string _padding = new('x', 1_000);

    private static int Seconds =>
        int.TryParse(Environment.GetEnvironmentVariable("REALTIME_SLOW_READER_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : 5;

    [Fact]
    public async Task A_reader_that_takes_one_event_a_second_while_much_is_published_gets_every_durable_event_once_at_the_end()
    {
        await using var server = await ServerProcess.StartAsync("realtime.limits.ring-bytes=65536", "realtime.machine-figures.enabled=false");
        await using var reader = new RealTimeClient(new RealTimeClientOptions { Endpoints = [server.Address], EventsMax = 4 });
        await using var publisher = new RealTimeClient(server.Address.ToString());
        var offsets = new List<long>();
        var notices = new List<SubscriptionNotice>();
        var last = long.MaxValue;
        var isSlow = true;
        var hasAll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // One event a second is what is looked at: a property in time, which nothing that happens could stand for.
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await publisher.ConnectAsync();
        await reader.ConnectAsync();
        var begun = Stopwatch.GetTimestamp();
        await reader.SubscribeAsync(Channel, new SubscribeOptions { From = From.Earliest, Order = DeliveryOrder.Offset, Noticed = notices.Add }, async (received, stop) =>
        {
            offsets.Add(received.Offset);
            if (received.Offset == Volatile.Read(ref last))
                hasAll.TrySetResult();

            if (Volatile.Read(ref isSlow))
                await pace.WaitForNextTickAsync(stop);
        });

        var published = await PublishAsync(publisher);
        var (taken, took) = (offsets.Count, Stopwatch.GetElapsedTime(begun));
        Volatile.Write(ref last, published);
        Volatile.Write(ref isSlow, false);
        await hasAll.Task.WaitAsync(_patience);

        output.WriteLine($"{published} events in {took.TotalSeconds:0.0} s, of which the reader took {taken} by then.");
        Assert.InRange(taken, 1, took.TotalSeconds + 2);
        Assert.Equal(Enumerable.Range(1, (int)published).Select(offset => (long)offset), offsets);
        Assert.Contains(notices, notice => notice is SubscriptionNotice.Lag { Mode: "catchUp" });
        Assert.DoesNotContain(notices, notice => notice is SubscriptionNotice.Gap or SubscriptionNotice.Reset);
    }

    /// <summary>Says the offset of the last one.</summary>
    private static async Task<long> PublishAsync(RealTimeClient publisher)
    {
        // And this is how much is published meanwhile: so many in each tick.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var begun = Stopwatch.GetTimestamp();
        var last = 0L;
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(Seconds))
        {
            var receipts = await Task.WhenAll(Enumerable.Range(0, EventsPerTick).Select(n => publisher.PublishAsync(Channel, "t", new { N = n, Text = _padding })));
            last = receipts.Max(receipt => receipt.Offset);
            await pace.WaitForNextTickAsync();
        }

        return last;
    }
}
