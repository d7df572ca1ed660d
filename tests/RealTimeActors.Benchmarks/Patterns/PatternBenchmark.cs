using System.Diagnostics;
using System.Globalization;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Benchmarks.Patterns;

/// <summary>
/// What patterns cost with many channels: <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- patterns [channels]</c>. An engine in this process, on SQLite in a directory of its own;
/// clients that take everything at once. Prints one line per figure.
/// </summary>
internal static class PatternBenchmark
{
    private const int PerGroup = 100;
    private const int Births = 1_000;
    private const int Publishes = 200_000;

    internal static async Task<int> RunAsync(string[] args)
    {
        var channels = args is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 100_000;
        var directory = Directory.CreateTempSubdirectory("patterns").FullName;
        await using var journal = SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory });
        await using var system = new ThreadPoolActorSystem();
        var options = new EngineOptions
        {
            Access = new AccessRules([], isOpen: true),
            Edges = Environment.ProcessorCount,
            PassivateAfter = TimeSpan.FromSeconds(3),
            Heartbeat = TimeSpan.FromHours(1),
            PatternChannelsMax = 1_000_000,
            Channels = [(ChannelPattern.Parse("live.>"), new ChannelSettings { IsDurable = false })],
        };
        var engine = new RealTimeEngine(system, journal, SystemEntropy.Instance, options);
        var publisher = new Publisher(system, engine);

        var watch = Stopwatch.StartNew();
        await publisher.Publish(Enumerable.Range(0, channels).Select(i => $"c.{i / PerGroup}.k{i % PerGroup}"));
        Tell($"{channels} channels were made in", watch.Elapsed);
        var region = (ShardRegion<ChannelCommand>)engine.Channels;
        while (region.Active > 0)
            await Task.Delay(100);

        var empty = Memory();
        var first = new PatternClient(engine);
        watch.Restart();
        first.Say("""{"id":2,"subscribe":{"channel":"c.7.*","ack":"none"}}""");
        await first.Until(() => first.Subscribed, 1 + PerGroup);
        Tell("the first pattern (the directory reads all names): c.7.*, all told after", watch.Elapsed);
        var known = Memory();
        Console.WriteLine($"the directory holds {(known - empty) / channels} bytes per channel");

        await Measure(engine, "c.8.*", PerGroup, "none", channels);
        await Measure(engine, "c.*.k7", channels / PerGroup, "none", channels);
        await Measure(engine, ">", channels, "none", channels);
        var all = await Measure(engine, ">", channels, "auto", channels);
        Console.WriteLine($"channels in memory while all {channels} are followed: {region.Active}");

        await MeasureBirths(publisher, all);
        await MeasurePublishes(engine, publisher, "no patterns but these");
        for (var i = 0; i < 5; i++)
        {
            var many = new PatternClient(engine);
            for (var j = 0; j < 200; j++)
                many.Say($$$"""{"id":{{{j + 2}}},"subscribe":{"channel":"{{{(j % 2 == 0 ? $"live.*.x{i}-{j}" : $"p{i}.{j}.>")}}}","ack":"none"}}""");

            await many.Until(() => many.Subscribed, 200);
        }

        await MeasurePublishes(engine, publisher, "1,000 patterns more");
        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static async Task<PatternClient> Measure(RealTimeEngine engine, string pattern, int count, string ack, int channels)
    {
        var before = Memory();
        var client = new PatternClient(engine);
        var watch = Stopwatch.StartNew();
        client.Say($$$"""{"id":2,"subscribe":{"channel":"{{{pattern}}}","ack":"{{{ack}}}"}}""");
        await client.Until(() => client.Subscribed, 1);
        var answered = watch.Elapsed;
        await client.Until(() => client.Subscribed, 1 + count);
        Tell($"{pattern} ({count} of {channels}, ack {ack}) answered after {answered.TotalMilliseconds:0.0} ms, all told after", watch.Elapsed);
        Console.WriteLine($"  {(Memory() - before) / count} bytes per followed channel");
        return client;
    }

    /// <summary>One new channel after the other: from the publish until the follower of everything has the event.</summary>
    private static async Task MeasureBirths(Publisher publisher, PatternClient follower)
    {
        var times = new List<double>();
        for (var i = 0; i < Births; i++)
        {
            var watch = Stopwatch.StartNew();
            var delivered = follower.Until(() => follower.Events, follower.Events + 1);
            publisher.Tell($"new.n{i}");
            await delivered;
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine($"first publish on a new channel to its delivery by pattern: p50 {times[Births / 2]:0.00} ms, p99 {times[Births * 99 / 100]:0.00} ms (disk included)");
    }

    /// <summary>Publishes to one ephemeral channel that somebody follows by its name.</summary>
    private static async Task MeasurePublishes(RealTimeEngine engine, Publisher publisher, string among)
    {
        var reader = new PatternClient(engine);
        reader.Say("""{"id":2,"subscribe":{"channel":"live.hot","ack":"none"}}""");
        await reader.Until(() => reader.Subscribed, 1);
        for (var round = 0; round < 3; round++)
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            await publisher.Publish(Enumerable.Repeat("live.hot", Publishes));
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            Console.WriteLine($"publish to a channel that is awake, {among}: {cpu.TotalMicroseconds / Publishes:0.00} µs of CPU");
        }

        reader.End();
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Tell(string what, TimeSpan time) => Console.WriteLine($"{what} {time.TotalMilliseconds:0.0} ms");

    /// <summary>Publishes without a connection; so many at a time.</summary>
    private sealed class Publisher(ActorSystem system, RealTimeEngine engine)
    {
        private const int AtOnce = 1_000;
        private int _sinks;

        internal void Tell(string channel) => Tell(channel, null);

        internal async Task Publish(IEnumerable<string> channels)
        {
            var window = new SemaphoreSlim(AtOnce);
            var sink = system.Spawn<ChannelReply>($"sink-{++_sinks}", () => new Sink(window));
            foreach (var channel in channels)
            {
                await window.WaitAsync();
                Tell(channel, sink);
            }

            for (var i = 0; i < AtOnce; i++)
                await window.WaitAsync();
        }

        private void Tell(string channel, IActorRef<ChannelReply>? sink)
        {
            sink ??= system.Spawn<ChannelReply>($"sink-{++_sinks}", () => new Sink(new SemaphoreSlim(0)));
            var publication = new Publication { Type = "t", Data = "{\"n\":1}"u8.ToArray() };
            engine.Channels.Tell(new ChannelCommand.Publish(ChannelName.Parse(channel), [publication], Confirm.Persisted, null, sink));
        }
    }

    private sealed class Sink(SemaphoreSlim window) : Actor<ChannelReply>
    {
        protected override void Receive(ChannelReply message) => window.Release();
    }
}
