using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.WebSockets;

public class ClosingTests : TwoWays
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closes_with_code_and_reason_and_waits_for_the_client(bool hidesSocket)
    {
        await using var server = await StartAsync(new EdgeOptions { CloseWait = Patience.Limit }, hidesSocket);
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();

        connection.Transport.Close(4000, "going away");
        var close = await client.ReadCloseAsync();
        await client.SendCloseAsync(4000);

        Assert.Equal((4000, "going away"), close);
        await connection.WhenClosedAsync();
        Assert.True(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Closes_before_the_client_has_said_anything()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        connection.Transport.Close(4401, "hello expected");

        Assert.Equal((4401, "hello expected"), await client.ReadCloseAsync());
        await client.SendCloseAsync(4401);
        await connection.WhenClosedAsync();
    }

    [Fact]
    public async Task Drops_a_client_that_does_not_answer_in_time()
    {
        await using var server = await StartAsync(new EdgeOptions { CloseWait = TimeSpan.FromMilliseconds(50) });
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();

        connection.Transport.Close(4002, "no sign of life");
        await connection.WhenClosedAsync();

        Assert.Equal((4002, "no sign of life"), await client.ReadCloseAsync());
        await client.ReadToEndAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drops_a_client_that_does_not_even_read(bool hidesSocket)
    {
        // With the kernel's own bound: full is then full, with nothing on its way that makes room again.
        await using var server = await StartAsync(new EdgeOptions { CloseWait = TimeSpan.FromMilliseconds(50), UnsentBytesMax = 0 }, hidesSocket);
        var (client, connection) = await server.OpenAsync();
        using var _ = client;
        await client.SendTextAsync("""{"id":1,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();
        byte[] message = [0x82, 126, 0xFF, 0xFF, .. new byte[65_535]];
        while (connection.Transport.Send(message) == message.Length)
        {
            // Until it is full.
        }

        connection.Transport.Close(4102, "too slow");

        await connection.WhenClosedAsync();
        Assert.False(await client.ReadToEndAsync());
        Assert.Equal(0, connection.CallsAfterClosed);
    }

    [Fact]
    public async Task Cuts_a_long_reason_between_characters()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        connection.Transport.Close(4400, new string('ä', 100));

        Assert.Equal((4400, new string('ä', 61)), await client.ReadCloseAsync());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task Answers_a_client_that_closes_with_its_own_status(int status)
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendCloseAsync(status);

        Assert.Equal((status, ""), await client.ReadCloseAsync());
        await connection.WhenClosedAsync();
        Assert.True(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Hands_over_what_came_before_the_close_in_one_packet()
    {
        await using var server = await StartAsync();
        var (client, connection) = await server.OpenAsync();
        using var _ = client;

        await client.SendAsync([.. RawClient.Frame(0x81, """{"id":3,"ping":{}}"""u8.ToArray()), .. RawClient.Frame(0x88, [])]);

        Assert.Equal(3, (await connection.NextAsync<ClientFrame.Ping>()).Id);
        Assert.Equal((0, ""), await client.ReadCloseAsync());
        await connection.WhenClosedAsync();
    }
}
