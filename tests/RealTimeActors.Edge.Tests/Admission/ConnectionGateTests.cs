using System.Net.Sockets;
using System.Text;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.Admission;

public class ConnectionGateTests
{
    private protected virtual string Way => "realtime.http.websocket.direct=true";

    [Theory]
    [InlineData("")]
    [InlineData("GET /v1/ws HTTP/1.1\r\nHost: ")]
    public async Task A_connection_that_does_not_get_to_its_first_request_is_dropped(string beginning)
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.handshake-within=1s");
        using var client = new RawClient(server.Address);
        await client.SendAsync(Encoding.ASCII.GetBytes(beginning));

        await client.ReadToEndAsync();
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_dropped_however_steadily_it_comes()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.handshake-within=1s");
        using var client = new RawClient(server.Address);
        await client.SendAsync(Encoding.ASCII.GetBytes("GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Endless: "));

        var ended = client.ReadToEndAsync();
        var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!ended.IsCompleted && await tick.WaitForNextTickAsync())
                await client.SendAsync((byte)'x');
        }
        catch (SocketException)
        {
            // It was dropped while we were sending.
        }

        await ended;
    }

    [Fact]
    public async Task One_that_got_through_is_not_dropped_for_its_age()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.handshake-within=4s", "realtime.session.hello-within=10m");
        using var old = new RawClient(server.Address);
        await old.UpgradeAsync(null);
        using var silent = new RawClient(server.Address);

        // Younger than the other, and dropped: so the time of both is over.
        await silent.ReadToEndAsync();
        await old.SendTextAsync("""{"id":1,"hello":{}}""");

        Assert.Contains("welcome", Encoding.UTF8.GetString((await old.ReadFrameAsync()).Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_has_so_many_handshakes_at_a_time_and_others_when_some_are_done()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.handshakes-per-address=3");
        var clients = Enumerable.Range(0, 4).Select(_ => new RawClient(server.Address)).ToList();
        foreach (var client in clients)
            await client.TrySendAsync(Encoding.ASCII.GetBytes("GET /v1/ws HTTP/1.1\r\n"));

        // Which of the four comes last is for the server to say.
        var answers = clients.ConvertAll(client => client.ReadLineAsync());
        var turnedAway = await Task.WhenAny(answers);
        Assert.Equal("", await turnedAway);
        Assert.Equal(3, answers.Count(answer => !answer.IsCompleted));
        Assert.Equal(1, server.Log.Count("realtime.limits.handshakes-per-address"));

        var first = answers.FindIndex(answer => !answer.IsCompleted);
        await clients[first].SendAsync(Encoding.ASCII.GetBytes($"Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{RawClient.Key}\r\n"));
        Assert.StartsWith("HTTP/1.1 101 ", await answers[first], StringComparison.Ordinal);
        using var fifth = new RawClient(server.Address);
        await fifth.UpgradeAsync(null);

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task An_address_has_so_many_connections_where_that_is_configured()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.connections-per-address=2");
        using var first = new RawClient(server.Address);
        await first.UpgradeAsync(null);
        using var second = new RawClient(server.Address);
        await second.UpgradeAsync(null);

        using var third = new RawClient(server.Address);
        await third.ReadToEndAsync();

        Assert.Equal(1, server.Log.Count("realtime.limits.connections-per-address"));
    }

    [Theory]
    [InlineData(65, 10)]
    [InlineData(1, 20_000)]
    public async Task A_flood_of_headers_is_refused(int count, int bytes)
    {
        await using var server = await SecuredServer.StartAsync(Way);
        using var client = new RawClient(server.Address);
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', bytes)}\r\n"));

        await client.SendAsync(Encoding.ASCII.GetBytes($"GET /readyz HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"));

        Assert.StartsWith("HTTP/1.1 431 ", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_takes_for_ever_is_refused()
    {
        await using var server = await SecuredServer.StartAsync(Way, "realtime.limits.body-within=100ms");
        using var client = new RawClient(server.Address);

        await client.SendAsync(Encoding.ASCII.GetBytes(
            "POST /v1/channels/a/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"type\":"));

        Assert.StartsWith("HTTP/1.1 408 ", await client.ReadLineAsync(), StringComparison.Ordinal);
    }
}
