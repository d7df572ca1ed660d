
namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>One session over one transport after the other, in mid-stream, by a client that is nothing of ours.</summary>
public sealed class SwitchingTests
{
    private const int Events = 10_000;

    [Fact]
    public async Task Ten_changes_of_transport_during_ten_thousand_events_lose_nothing_and_repeat_nothing()
    {
        await using var server = await ServerProcess.StartAsync();
        using var client = new Traveller(server.Port, "travel.a");
        Carrier[] carriers = [Carrier.WebSocket, Carrier.Stream, Carrier.Poll, Carrier.WebSocket, Carrier.Poll, Carrier.Stream, Carrier.WebSocket, Carrier.Stream, Carrier.Poll, Carrier.Stream, Carrier.WebSocket];
        var publishing = PublishAsync(server, "travel.a", Events);

        for (var i = 0; i < carriers.Length; i++)
        {
            var upTo = Math.Min(Events, (i + 1) * (Events / carriers.Length));
            if (i == carriers.Length - 1)
                upTo = Events;

            while (client.Applied.Count < upTo)
                await client.TravelAsync(carriers[i], () => client.Applied.Count >= upTo);

            client.Leave();
        }

        await publishing;
        Assert.Equal(Enumerable.Range(1, Events).Select(offset => (long)offset), client.Applied);
    }

    [Theory]
    [InlineData(Carrier.WebSocket)]
    [InlineData(Carrier.Stream)]
    [InlineData(Carrier.Poll)]
    public async Task Cuts_at_any_byte_lose_nothing_and_repeat_nothing(Carrier carrier)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var proxy = new CuttingProxy(server.Port);
        using var client = new Traveller(proxy.Port, "cut.a");
        var published = 0;

        // From nothing at all to a good many events, in both directions; 97 and 41 share no factor with what they are taken of, so that every kind of byte is met.
        for (var i = 0; i < 160; i++)
        {
            await PublishAsync(server, "cut.a", 10);
            published += 10;
            if (i % 4 == 3)
                proxy.CutNext(up: 1 + (i * 41 % 900));
            else
                proxy.CutNext(down: 1 + (i * 97 % 5_000));

            await client.TravelAsync(carrier, () => client.Applied.Count >= published);
        }

        while (client.Applied.Count < published)
            await client.TravelAsync(carrier, () => client.Applied.Count >= published);

        Assert.True(proxy.Cuts > 50, $"Only {proxy.Cuts} connections were cut, so this shows little.");
        Assert.Equal(Enumerable.Range(1, published).Select(offset => (long)offset), client.Applied.Order());
        Assert.Equal(published, client.Applied.Count);
    }

    private static async Task PublishAsync(ServerProcess server, string channel, int count)
    {
        for (var left = count; left > 0; left -= 100)
        {
            var events = string.Join(',', Enumerable.Repeat("""{"type":"t","data":{"text":"0123456789012345678901234567890123456789"}}""", Math.Min(100, left)));
            using var answer = await server.Http.PostAsync(new Uri($"v1/channels/{channel}/events", UriKind.Relative), new StringContent($"[{events}]"));
            Assert.Equal(201, (int)answer.StatusCode);
        }
    }
}
