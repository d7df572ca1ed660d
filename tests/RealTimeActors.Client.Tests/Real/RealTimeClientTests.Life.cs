using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>Reading, tokens, sessions in files, and the end of a client.</summary>
public sealed partial class RealTimeClientTests
{
    [Fact]
    public async Task Reads_a_page()
    {
        var server = await ConnectAsync(_client);

        var reading = _client.ReadEventsAsync("prices", limit: 2, cancellationToken: _server.Deadline);
        var read = await server.NextAsync<ClientFrame.Read>();
        Assert.Equal(2, read.Limit);
        await server.SendAsync(new ServerFrame.Page { Id = read.Id, Channel = "prices", What = "events", Epoch = "e1", Events = [Event(1).Body, Event(2).Body], Next = 3 });

        var page = await reading;
        Assert.Equal([1, 2], page.Events.Select(item => item.Offset));
        Assert.Equal(3, page.Next);
    }

    [Fact]
    public async Task Obtains_a_new_token_when_the_server_wants_one()
    {
        var tokens = 0;
        await using var client = NewClient(options => options with { Token = _ => ValueTask.FromResult<string?>($"token-{++tokens}") });
        var server = await ConnectAsync(client);
        Assert.Equal("token-1", server.Hello.Token);

        await server.SendAsync(new ServerFrame.Close(CloseCode.TokenExpired, "expired"));
        var next = await _server.GreetAsync();

        Assert.Equal("token-2", next.Hello.Token);
    }

    [Fact]
    public async Task Replaces_a_token_before_it_ends_while_the_connection_goes_on()
    {
        var tokens = new Queue<string>([Jwt(TimeSpan.FromMilliseconds(500)), Jwt(TimeSpan.FromHours(1))]);
        var given = new List<string>(tokens);
        await using var client = NewClient(options => options with { Token = _ => ValueTask.FromResult<string?>(tokens.Dequeue()) });
        var server = await ConnectAsync(client);
        Assert.Equal(given[0], server.Hello.Token);

        var refresh = await server.NextAsync<ClientFrame.Refresh>();

        Assert.Equal(given[1], refresh.Token);
        await server.SendAsync(new ServerFrame.Ok { Id = refresh.Id });
    }

    private static string Jwt(TimeSpan goodFor)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1_000.0;
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"u1","iat":{{now}},"exp":{{now + goodFor.TotalSeconds}}}""");
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.signature";
    }

    [Fact]
    public async Task A_refusal_that_no_attempt_can_change_fails_the_connecting()
    {
        var connecting = _client.ConnectAsync(_server.Deadline);
        var server = await _server.NextConnectionAsync();
        await server.NextAsync<ClientFrame.Hello>();

        await server.CloseAsync(CloseCode.ProtocolError);

        Assert.Equal(4400, (await Assert.ThrowsAsync<RealTimeException>(() => connecting)).Code);
        Assert.Equal(ClientState.Closed, _client.State);
        var rejected = await Assert.ThrowsAsync<RealTimeException>(() => _client.PublishAsync("prices", "t", 1, cancellationToken: _server.Deadline));
        Assert.Equal(RejectReason.Closed, rejected.Reason);
    }

    [Fact]
    public async Task A_server_that_takes_no_connection_is_quoted_until_one_does()
    {
        _server.Refusal = "core-1 has the role core only and takes no clients.";
        var changes = new List<ClientStateChange>();
        await using var client = NewClient(options => options with { StateChanged = changes.Add, Reconnect = new ReconnectAdvice(10, 10, 1, 0) });
        var connecting = client.ConnectAsync(_server.Deadline);

        // Who comes for the second time has read what it was told the first time.
        await _server.RefusesAsync();
        await _server.RefusesAsync();
        Assert.Equal(_server.Refusal, client.Trouble);
        _server.Refusal = null;
        await _server.GreetAsync();
        await connecting;

        Assert.Null(client.Trouble);
        Assert.Equal(ClientState.Connected, changes[^1].State);
    }

    [Fact]
    public async Task Whoever_waits_for_a_state_goes_on_when_the_callback_has_been_told_of_it()
    {
        await using var client = NewClient(options => options with { StateChanged = change => { if (change.State == ClientState.Connected) throw new InvalidTimeZoneException(); } });
        var connecting = client.ConnectAsync(_server.Deadline);
        await _server.GreetAsync();

        // A fault of the callback can only be thrown to whom has not gone on before.
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => connecting);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => client.Closed);
    }

    [Fact]
    public async Task The_end_of_a_client_is_told_to_the_callback_before_whoever_waits_for_it_goes_on()
    {
        await using var client = NewClient(options => options with { StateChanged = change => { if (change.State == ClientState.Closed) throw new InvalidTimeZoneException(); } });
        await ConnectAsync(client);

        await client.DisposeAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => client.Closed);
    }

    [Fact]
    public async Task Comes_back_after_a_message_that_is_not_of_the_contract()
    {
        var server = await ConnectAsync(_client);

        await server.SendRawAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F });

        await _server.GreetAsync();
    }

    [Fact]
    public async Task Disposing_says_bye_and_completes_what_waits()
    {
        var server = await ConnectAsync(_client);
        var subscribing = _client.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        await server.TakeUpAsync(0);
        var subscription = await subscribing;
        var published = _client.PublishAsync("prices", "t", 1, cancellationToken: _server.Deadline);
        await server.NextAsync<ClientFrame.Publish>();

        var disposing = _client.DisposeAsync();
        Assert.True((await server.NextAsync<ClientFrame.Bye>()).KeepSession);
        await disposing;

        Assert.True((await Assert.ThrowsAsync<RealTimeException>(() => published)).MayBeInLog);
        await subscription.Completion.WaitAsync(_server.Deadline);
        Assert.Equal(ClientState.Closed, _client.State);
        await _client.Closed;
    }

    [Fact]
    public async Task A_restarted_process_goes_on_with_the_session_in_the_file()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (var first = NewClient(options => options with { SessionStore = new FileSessionStore(path) }))
            {
                await ConnectAsync(first);
            }

            await using var second = NewClient(options => options with { SessionStore = new FileSessionStore(path) });
            var server = await ConnectAsync(second);
            var subscribing = second.SubscribeAsync("prices", null, (_, _) => ValueTask.CompletedTask, _server.Deadline);
            var asked = await server.NextAsync<ClientFrame.Subscribe>();

            Assert.Equal(("s-1", "after-"), (server.Hello.SessionId, server.Hello.SessionKey));
            Assert.Equal(From.Session, asked.From);
            Assert.Equal(new SessionTicket("s-1", "after-after-"), await new FileSessionStore(path).LoadAsync(_server.Deadline));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            await second.DisposeAsync();
            await Assert.ThrowsAsync<RealTimeException>(() => subscribing);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_key_that_cannot_be_saved_closes_the_client_before_the_former_one_is_retired()
    {
        await using var client = NewClient(options => options with { SessionStore = new FileSessionStore(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "absent")) });
        var connecting = client.ConnectAsync(_server.Deadline);
        await _server.GreetAsync();

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => connecting);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => client.Closed);
    }

    [Fact]
    public async Task What_is_no_channel_no_json_or_no_address_is_refused_at_once()
    {
        await ConnectAsync(_client);

        await Assert.ThrowsAsync<ArgumentException>(() => _client.PublishAsync("not a channel", "t", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.PublishJsonAsync("prices", "t", "{"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.PublishAsync("prices", "t", 1, new PublishOptions { Confirm = Confirm.None }));
        Assert.Throws<ArgumentException>(() => new RealTimeClient("ftp://somewhere"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => new RealTimeClient("http://localhost").PublishAsync("prices", "t", 1));
    }
}
