using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Delivery;

/// <summary>The exchange of a data source with network nodes: it sends new data, these are told, acknowledge that they have it, and the source has it confirmed that the update is complete.</summary>
public sealed class FourStepExchangeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task Send_new_data_broadcast_update_acknowledge_receipt_confirm_update_completion()
    {
        await using var washington = await WireClient.FollowAsync(_server, "exchange.ws", ""","ack":"manual" """);
        await using var berlin = await WireClient.FollowAsync(_server, "exchange.ws", ""","ack":"manual" """);
        await using var tokyo = await WireClient.ConnectAsync(_server);
        await tokyo.AskAsync("subscribe", """{"channel":"exchange.*","ack":"manual"}""", "subscribed");
        WireClient[] nodes = [washington, berlin, tokyo];
        await using var source = await WireClient.ConnectAsync(_server);

        // Send new data
        var confirming = source.PublishAsync("exchange.ws", """{"statute":"12 USC 1841"}""", ""","confirm":"delivered","delivered":{"timeoutMs":60000,"missing":true}""");

        foreach (var node in nodes)
        {
            // Broadcast update
            var update = Assert.Single(await node.TakeEventsAsync(1));
            Assert.Equal("12 USC 1841", update.GetProperty("data").GetProperty("statute").GetString());
            Assert.False(confirming.IsCompleted);

            // Acknowledge receipt
            await node.SendAsync("""{"ack":{"channel":"exchange.ws","offset":1}}""");
        }

        // Confirm update completion
        var receipt = await confirming;
        Assert.Equal(("delivered", """{"acked":3,"of":3}"""), (receipt.GetProperty("status").GetString(), receipt.GetProperty("delivered").GetRawText()));
    }

    [Fact]
    public async Task The_same_over_HTTP_where_the_source_has_no_connection()
    {
        await using var node = await WireClient.FollowAsync(_server, "exchange.http", ""","ack":"manual" """);
        await using var silent = await WireClient.FollowAsync(_server, "exchange.http", ""","ack":"manual" """);

        var confirming = _server.Http.PostAsJsonAsync("v1/channels/exchange.http/events?confirm=delivered&timeoutMs=60000", new { type = "t", data = 1 });
        await node.TakeEventsAsync(1);
        await node.SendAsync("""{"ack":{"channel":"exchange.http","offset":1}}""");
        await silent.TakeEventsAsync(1);
        await silent.SendAsync("""{"ack":{"channel":"exchange.http","offset":1}}""");
        Assert.Equal(("delivered", """{"acked":2,"of":2}"""), await ToldAsync(await confirming));

        var short_ = await _server.Http.PostAsJsonAsync("v1/channels/exchange.http/events?confirm=delivered&timeoutMs=200&missing=true", new { type = "t", data = 2 });
        var receipt = await short_.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("persisted", receipt.GetProperty("status").GetString());
        var delivered = receipt.GetProperty("delivered");
        Assert.Equal((0, 2), (delivered.GetProperty("acked").GetInt32(), delivered.GetProperty("of").GetInt32()));
        Assert.Equal(
            new[] { node, silent }.Select(client => client.Welcome.GetProperty("session").GetProperty("id").GetString()).Order(StringComparer.Ordinal),
            delivered.GetProperty("missing").EnumerateArray().Select(member => member.GetProperty("session").GetString()));
    }

    [Fact]
    public async Task A_node_that_is_cut_off_and_comes_back_completes_the_update()
    {
        await using var before = await WireClient.FollowAsync(_server, "exchange.cut", ""","ack":"manual" """);
        await using var source = await WireClient.ConnectAsync(_server);
        var confirming = source.PublishAsync("exchange.cut", "1", ""","confirm":"delivered","delivered":{"timeoutMs":60000}""");
        await before.TakeEventsAsync(1);
        before.Abort();

        await using var after = await WireClient.ResumeAsync(_server, before);
        await after.TakeEventsAsync(1);
        await after.SendAsync("""{"ack":{"channel":"exchange.cut","offset":1}}""");

        Assert.Equal("""{"acked":1,"of":1}""", (await confirming).GetProperty("delivered").GetRawText());
    }

    private static async Task<(string?, string)> ToldAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var receipt = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (receipt.GetProperty("status").GetString(), receipt.GetProperty("delivered").GetRawText());
    }
}
