using System.Collections.Concurrent;
using System.Globalization;
using RealTimeActors.Client;
using RealTimeActors.Client.Sessions;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.EndToEnd.Tests.Kills;

/// <summary>The .NET client over a server that keeps dying: its application sees a stream of events, and nothing of the deaths.</summary>
public sealed class ClientKillTests : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(10));

    [Fact]
    public async Task Its_application_sees_every_event_once_over_twenty_kills()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        await using var client = new RealTimeClient(Options(server));
        await using var publisher = new RealTimeClient(Options(server));
        await client.ConnectAsync(_patience.Token);
        await publisher.ConnectAsync(_patience.Token);
        var seen = new Seen();
        await using var subscription = await client.SubscribeAsync(Channel, new SubscribeOptions { From = From.Earliest }, seen.OnEvent, _patience.Token);
        var receipts = new ConcurrentDictionary<int, Receipt>();
        var published = 0;

        for (var kill = 1; kill <= Kills; kill++)
        {
            var publishing = Enumerable.Range(published + 1, BatchCount).Select(async n =>
                receipts[n] = await publisher.PublishAsync(Channel, "numbered", n, cancellationToken: _patience.Token)).ToArray();
            published += BatchCount;

            // Somewhere in the middle, where it is told by the first receipts; then the server is gone.
            await publishing[kill * 7];
            await server.KillAsync();
            await server.RestartAsync();
            await Task.WhenAll(publishing);
        }

        await seen.CountIsAsync(published, _patience.Token);
        Log.AssertOffsets((await Log.ReadAllAsync(server, Channel)).Events, 1, published);
        Assert.Equal(Enumerable.Range(1, published).Select(i => (long)i), seen.Offsets);
        Assert.Equal(Enumerable.Range(1, published), seen.Numbers.Order());
        Assert.Equal(Enumerable.Range(1, published).Select(i => (long)i), receipts.Values.Select(receipt => receipt.Offset).Order());
    }

    [Fact]
    public async Task A_fresh_process_with_only_the_ticket_goes_on_where_the_former_stopped()
    {
        await using var server = await ServerProcess.StartAsync("realtime.machine-figures.enabled=false");
        var store = new FileSessionStore(Path.Combine(server.DataDirectory, "session.json"));
        var first = new Seen();
        await using (var client = new RealTimeClient(Options(server) with { SessionStore = store }))
        {
            await client.ConnectAsync(_patience.Token);
            await using var subscription = await client.SubscribeAsync(Channel, new SubscribeOptions { From = From.Earliest }, first.OnEvent, _patience.Token);
            for (var n = 1; n <= 10; n++)
                await client.PublishAsync(Channel, "numbered", n, cancellationToken: _patience.Token);
            await first.CountIsAsync(10, _patience.Token);
            await client.CloseAsync(keepSession: true);
        }

        await using (var publisher = new RealTimeClient(Options(server)))
        {
            await publisher.ConnectAsync(_patience.Token);
            for (var n = 11; n <= 20; n++)
                await publisher.PublishAsync(Channel, "numbered", n, cancellationToken: _patience.Token);
        }

        await server.KillAsync();
        await server.RestartAsync();
        var second = new Seen();
        await using var fresh = new RealTimeClient(Options(server) with { SessionStore = store });
        await fresh.ConnectAsync(_patience.Token);
        await using var resumed = await fresh.SubscribeAsync(Channel, null, second.OnEvent, _patience.Token);
        await second.CountIsAsync(10, _patience.Token);

        Assert.Equal(Enumerable.Range(11, 10), second.Numbers);
    }

    public void Dispose() => _patience.Dispose();

    private static RealTimeClientOptions Options(ServerProcess server) => new()
    {
        Endpoints = [server.Address],
        Reconnect = new ReconnectAdvice(MinMs: 20, MaxMs: 200, Factor: 1.5, Jitter: 0.5),
    };

    private const string Channel = "client.kills";
    private const int Kills = 20;
    private const int BatchCount = 200;

    /// <summary>What an application saw, and a way to wait for it.</summary>
    private sealed class Seen
    {
        private readonly System.Threading.Channels.Channel<int> _counts = System.Threading.Channels.Channel.CreateUnbounded<int>();

        internal List<long> Offsets { get; } = [];

        internal List<int> Numbers { get; } = [];

        internal ValueTask OnEvent(ReceivedEvent received, CancellationToken cancellationToken)
        {
            Offsets.Add(received.Offset);
            Numbers.Add(received.Read<int>());
            return _counts.Writer.WriteAsync(Offsets.Count, cancellationToken);
        }

        internal async Task CountIsAsync(int count, CancellationToken cancellationToken)
        {
            while (await _counts.Reader.ReadAsync(cancellationToken) is var seen && seen < count)
                Assert.True(seen <= count, string.Create(CultureInfo.InvariantCulture, $"{count} events are expected; {seen} came."));
        }
    }
}
