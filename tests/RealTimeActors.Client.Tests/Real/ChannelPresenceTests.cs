using System.Text;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>Presence over real sockets; what the server says is up to the test.</summary>
public sealed class ChannelPresenceTests : IAsyncLifetime
{
    private readonly Channel<PresenceChange> _changes = Channel.CreateUnbounded<PresenceChange>();
    private ScriptedServer _server = null!;

    public async Task InitializeAsync() => _server = await ScriptedServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(WireFormat.WebSocketProtobuf)]
    [InlineData(WireFormat.WebSocketJson)]
    public async Task Enters_shows_something_else_and_leaves_in_either_encoding(WireFormat format)
    {
        await using var client = NewClient(options => options with { Format = format });
        var server = await ConnectAsync(client);

        var entering = client.EnterAsync("room", new Person("Ada"), Watched(), _server.Deadline);
        Assert.Equal("""{"name":"Ada"}""", await AnswerAsync(server));
        await using var presence = await entering;
        Assert.Null(presence.Count);
        await server.SendAsync(Diff(1, PresenceKind.Full, joined: [Member("s-1", "Ada")]));
        var first = await NextAsync();
        Assert.Equal((1, 0, true), (first.Now.Count, first.Joined.Count, first.Now.IsCurrent));
        Assert.Equal("Ada", Assert.Single(presence.Members!).Read<Person>()!.Name);

        await server.SendAsync(Diff(2, joined: [Member("s-2", "Grace")]));
        Assert.Equal("Grace", Assert.Single((await NextAsync()).Joined).Read<Person>()!.Name);
        await server.SendAsync(Diff(1, left: [new Member("s-2", "u", "null"u8.ToArray())], updated: [Member("s-1", "Ada L.")]));
        var change = await NextAsync();
        Assert.Equal(("Grace", "Ada L."), (Assert.Single(change.Left).Read<Person>()!.Name, Assert.Single(change.Updated).Read<Person>()!.Name));

        var updating = presence.UpdateAsync(new Person("Ada L."), _server.Deadline);
        Assert.Equal("""{"name":"Ada L."}""", await AnswerAsync(server));
        await updating;
        var leaving = presence.LeaveAsync(_server.Deadline);
        Assert.Equal("left", await AnswerAsync(server));
        await leaving;

        Assert.Null((await NextAsync()).Now.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => presence.UpdateAsync(new Person("Nobody"), _server.Deadline));
    }

    [Fact]
    public async Task Is_there_again_after_a_lost_connection_and_is_told_who_came_and_went_meanwhile()
    {
        await using var client = NewClient();
        var server = await ConnectAsync(client);
        var entering = client.EnterAsync("room", 1, Watched(), _server.Deadline);
        await AnswerAsync(server);
        await using var presence = await entering;
        await server.SendAsync(Diff(2, PresenceKind.Full, joined: [Member("s-1", "Ada"), Member("s-2", "Grace")]));
        await NextAsync();

        server.Abort();
        var again = await _server.GreetAsync();
        Assert.False((await NextAsync()).Now.IsCurrent);
        Assert.Equal(2, presence.Count);
        Assert.Equal("1", await AnswerAsync(again));
        await again.SendAsync(Diff(2, PresenceKind.Full, joined: [Member("s-1", "Ada"), Member("s-3", "Edsger")]));

        var change = await NextAsync();
        Assert.Equal(("s-3", "s-2", true), (Assert.Single(change.Joined).Session, Assert.Single(change.Left).Session, change.Now.IsCurrent));
    }

    [Fact]
    public async Task Disposing_leaves_and_the_client_goes_on()
    {
        await using var client = NewClient();
        var server = await ConnectAsync(client);
        var entering = client.EnterAsync("room", 1, null, _server.Deadline);
        await AnswerAsync(server);

        await (await entering).DisposeAsync();

        Assert.Equal("left", await AnswerAsync(server));
        Assert.Equal(ClientState.Connected, client.State);
    }

    [Fact]
    public async Task Whoever_follows_with_an_interest_is_told_and_is_not_there()
    {
        await using var client = NewClient();
        var server = await ConnectAsync(client);
        await using var presence = await client.PresenceAsync("room", Watched(), _server.Deadline);
        var following = client.SubscribeAsync("room", new SubscribeOptions { Presence = PresenceInterest.Count }, (_, _) => ValueTask.CompletedTask, _server.Deadline);
        var asked = await server.NextAsync<ClientFrame.Subscribe>();
        Assert.Equal(PresenceInterest.Count, asked.Presence);
        await server.SendAsync(new ServerFrame.Subscribed { Id = asked.Id, Channel = "room", Epoch = "e1", Offset = 0, Head = 0, Recovered = Recovered.None }, Diff(5_000, PresenceKind.Count));
        await using var subscription = await following;

        Assert.Equal(5_000, (await NextAsync()).Now.Count);
        Assert.Null(presence.Members);
        await using var late = await client.PresenceAsync("room", Watched(), _server.Deadline);
        Assert.Equal(5_000, (await NextAsync()).Now.Count);
    }

    [Fact]
    public async Task Who_may_not_be_there_is_told_why()
    {
        var lost = new TaskCompletionSource<RealTimeException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = NewClient();
        var server = await ConnectAsync(client);
        var refused = client.EnterAsync("room", 1, null, _server.Deadline);
        await AnswerAsync(server, id => new ServerFrame.Error(ErrorCode.Forbidden, "The right presence is missing.") { Id = id });
        Assert.Equal(ErrorCode.Forbidden, (await Assert.ThrowsAsync<RealTimeException>(() => refused)).Error);

        var entering = client.EnterAsync("room", 1, new PresenceOptions { Lost = lost.SetResult }, _server.Deadline);
        await AnswerAsync(server);
        await using var presence = await entering;
        await server.SendAsync(Diff(0, PresenceKind.Ended) with { Reason = "the right is gone" });

        Assert.Contains("the right is gone", (await lost.Task.WaitAsync(_server.Deadline)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_page_by_page_however_many_there_are()
    {
        await using var client = NewClient();
        var server = await ConnectAsync(client);

        var reading = client.ReadPresenceAsync("room", "s-2", 2, _server.Deadline);
        var read = await server.NextAsync<ClientFrame.Read>();
        Assert.Equal(("presence", "s-2", 2), (read.What, read.AfterKey, read.Limit));
        await server.SendAsync(new ServerFrame.Page { Id = read.Id, Channel = "room", What = "presence", Count = 5_000, Members = [Member("s-3", "Ada"), Member("s-4", "Grace")], NextKey = "s-4" });

        var page = await reading;
        Assert.Equal((5_000, "s-4"), (page.Count, page.NextSession));
        Assert.Equal(["Ada", "Grace"], page.Members.Select(member => member.Read<Person>()!.Name));
    }

    [Fact]
    public async Task A_handler_that_throws_is_told_nothing_more()
    {
        await using var client = NewClient();
        var server = await ConnectAsync(client);
        var entering = client.EnterAsync("room", 1, new PresenceOptions { Changed = (_, _) => throw new InvalidDataException("no") }, _server.Deadline);
        await AnswerAsync(server);
        await using var presence = await entering;

        await server.SendAsync(Diff(1, PresenceKind.Full, joined: [Member("s-1", "Ada")]));

        await Assert.ThrowsAsync<InvalidDataException>(() => presence.Completion.WaitAsync(_server.Deadline));
    }

    [Fact]
    public async Task Ends_well_with_the_client()
    {
        var client = NewClient();
        var server = await ConnectAsync(client);
        var presence = await client.PresenceAsync("room", Watched(), _server.Deadline);

        await client.DisposeAsync();

        await presence.Completion.WaitAsync(_server.Deadline);
        await presence.DisposeAsync();
        Assert.NotNull(server.Hello);
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_sent()
    {
        await using var client = NewClient();
        await ConnectAsync(client);

        await Assert.ThrowsAsync<ArgumentException>(() => client.EnterAsync("no channel", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ReadPresenceAsync("room.*"));
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("room.*", new SubscribeOptions { Presence = PresenceInterest.Members }, (_, _) => ValueTask.CompletedTask));
        Assert.Contains("one channel", fault.Message, StringComparison.Ordinal);
    }

    private RealTimeClient NewClient(Func<RealTimeClientOptions, RealTimeClientOptions>? configure = null)
    {
        var options = new RealTimeClientOptions { Endpoints = [_server.Address] };
        return new RealTimeClient(configure is null ? options : configure(options));
    }

    private async Task<ServerConnection> ConnectAsync(RealTimeClient client)
    {
        var connecting = client.ConnectAsync(_server.Deadline);
        var connection = await _server.GreetAsync();
        await connecting;
        return connection;
    }

    private PresenceOptions Watched() => new() { Changed = (change, cancel) => _changes.Writer.WriteAsync(change, cancel) };

    private ValueTask<PresenceChange> NextAsync() => _changes.Reader.ReadAsync(_server.Deadline);

    /// <summary>Takes a word of presence and answers it.</summary>
    private async Task<string> AnswerAsync(ServerConnection server, Func<long, ServerFrame>? answer = null)
    {
        var frame = await server.NextAsync<ClientFrame.Presence>().WaitAsync(_server.Deadline);
        await server.SendAsync(answer is null ? new ServerFrame.Ok { Id = frame.Id } : answer(frame.Id));
        return frame.Leave ? "left" : Encoding.UTF8.GetString(frame.State.Span);
    }

    private static Member Member(string session, string name) => new(session, "u", Encoding.UTF8.GetBytes($$"""{"name":"{{name}}"}"""));

    private static ServerFrame.PresenceDiff Diff(long count, PresenceKind kind = PresenceKind.Changed, Member[]? joined = null, Member[]? left = null, Member[]? updated = null) =>
        new("room", joined ?? [], left ?? [], updated ?? [], count) { Kind = kind };

    private sealed record Person(string Name);
}
