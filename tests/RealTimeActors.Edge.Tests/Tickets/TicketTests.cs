using System.Net;
using System.Text.Json;
using RealTimeActors.Edge.Tests.HttpSessions;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Tests.Tickets;

/// <summary>Tickets against the whole node, with tokens.</summary>
public sealed class TicketTests : IAsyncLifetime
{
    private readonly string _token = SecuredServer.Token("anna", "a.>", Rights.All);
    private SecuredServer _server = null!;

    public async Task InitializeAsync() => _server = await SecuredServer.StartWithTokensAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_stream_begins_by_a_ticket_and_comes_back_by_it_where_it_says_where_it_was()
    {
        var ticket = await MakeAsync();
        string? last;
        using (var stream = await EventStream.OpenAsync(_server.Address, $"/v1/channels/a.b/stream?ticket={ticket}"))
            last = (await stream.NextAsync())!.Id;

        using var again = await EventStream.OpenAsync(_server.Address, $"/v1/channels/a.b/stream?ticket={ticket}");
        using var back = await EventStream.OpenAsync(_server.Address, $"/v1/channels/a.b/stream?ticket={ticket}", lastEventId: last);
        using var other = await EventStream.OpenAsync(_server.Address, $"/v1/channels/a.c/stream?ticket={ticket}", lastEventId: last);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized),
            (again.Response.StatusCode, back.Response.StatusCode, other.Response.StatusCode));
    }

    [Fact]
    public async Task A_session_is_fetched_by_a_ticket_that_was_made_with_it()
    {
        using var client = new HttpSession(_server.Address, _token);
        await client.HelloAsync();
        var ticket = await MakeAsync(client.Credentials);

        using var stream = await EventStream.OpenAsync(_server.Address, $"/v1/sse?ticket={ticket}");
        await client.UpAsync("""{"ping":{}}""");

        Assert.Contains("pong", (await stream.NextEventAsync())!.Data[^1], StringComparison.Ordinal);
        using var again = await EventStream.OpenAsync(_server.Address, $"/v1/sse?ticket={ticket}");
        Assert.Equal(HttpStatusCode.Unauthorized, again.Response.StatusCode);
    }

    [Fact]
    public async Task A_websocket_by_a_ticket_is_its_user_without_a_token_in_the_hello()
    {
        using var socket = new RawClient(_server.Address);
        using var second = new RawClient(_server.Address);
        var ticket = await MakeAsync();

        Assert.StartsWith("HTTP/1.1 101 ", await UpgradeAsync(socket, ticket), StringComparison.Ordinal);
        await socket.SendTextAsync("""{"id":1,"hello":{"subscribe":[{"channel":"a.b"}]}}""");
        var (_, welcome) = await socket.ReadFrameAsync();
        Assert.Contains("\"welcome\"", System.Text.Encoding.UTF8.GetString(welcome), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await UpgradeAsync(second, ticket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_one_without_a_token_and_it_is_good_for_nothing_else()
    {
        using var none = new HttpRequestMessage(HttpMethod.Post, "/v1/tickets");
        using var refused = await _server.Http.SendAsync(none);
        var ticket = await MakeAsync();
        using var read = await _server.Http.GetAsync($"/v1/channels/a.b/events?ticket={ticket}");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (refused.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task A_user_who_was_put_out_does_not_come_in_by_a_ticket_from_before()
    {
        var ticket = await MakeAsync();
        using var put = new HttpRequestMessage(HttpMethod.Post, "/v1/users/anna/disconnect");
        put.Headers.TryAddWithoutValidation("Authorization", $"Bearer {SecuredServer.Token("boss", ">", Rights.All)}");
        using var done = await _server.Http.SendAsync(put);

        using var stream = await EventStream.OpenAsync(_server.Address, $"/v1/channels/a.b/stream?ticket={ticket}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (done.StatusCode, stream.Response.StatusCode));
    }

    [Fact]
    public async Task Neither_tickets_nor_keys_are_in_the_log()
    {
        using var client = new HttpSession(_server.Address, _token);
        await client.HelloAsync();
        var ticket = await MakeAsync(client.Credentials);
        using (var stream = await EventStream.OpenAsync(_server.Address, $"/v1/sse?ticket={ticket}"))
            await stream.NextAsync();

        using (var used = await EventStream.OpenAsync(_server.Address, $"/v1/sse?ticket={ticket}"))
            Assert.DoesNotContain(ticket, await used.TextAsync(), StringComparison.Ordinal);

        string[] secrets = [ticket, client.Credentials.Split("; ")[1]];
        Assert.True(_server.Log.Lines.Count > 10, "There are no lines, so this shows nothing.");
        Assert.DoesNotContain(_server.Log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    private async Task<string> MakeAsync(string? session = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tickets");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_token}");
        if (session is not null)
            request.Headers.TryAddWithoutValidation("Realtime-Session", session);

        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("ticket").GetString()!;
    }

    private static async Task<string> UpgradeAsync(RawClient client, string ticket)
    {
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET /v1/ws?ticket={ticket} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{RawClient.Key}\r\n"));
        var status = await client.ReadLineAsync();
        while (await client.ReadLineAsync() is { Length: > 0 })
        {
        }

        return status;
    }
}
