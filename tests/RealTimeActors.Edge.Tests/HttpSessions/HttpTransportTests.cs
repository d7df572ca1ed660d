using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.HttpSessions;

/// <summary>The transport over plain HTTP, with the test in Core's place.</summary>
public sealed class HttpTransportTests
{
    private const string Key = "s-1; k";

    [Fact]
    public async Task Takes_only_what_its_buffer_holds_and_says_when_there_is_room()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { DownBytesMax = 1_000, DownBytesAbsentMax = 300 });
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);
        var lines = Lines(20);

        var absent = connection.Transport.Send(lines);
        var refused = connection.Transport.Send(lines.AsSpan(absent));
        var (_, first) = await client.PollAsync();
        await connection.WhenWritableAsync();
        var present = connection.Transport.Send(lines.AsSpan(absent));

        Assert.Equal((300, 0, 2), (absent, refused, first.Count));
        Assert.InRange(present, 1, 1_000);
        Assert.Equal(0, present % 150);
    }

    [Fact]
    public async Task Frames_wait_outside_while_what_came_before_is_not_dealt_with()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { ReceiveWindowBytes = 10, AnswersWithin = TimeSpan.FromSeconds(3) });
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);
        connection.ConsumesAtOnce = false;

        var taken = await client.UpAsync("""{"ping":{}}""");
        var (status, problem) = await client.UpAsync("""{"id":5,"ping":{}}""");
        connection.Consume((int)connection.UnconsumedBytes);
        var later = await client.UpAsync("""{"ping":{}}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (taken.Status, status, later.Status));
        Assert.Equal(113, problem[0].GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task What_is_not_answered_in_time_is_told_by_114()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { AnswersWithin = TimeSpan.FromSeconds(3) });
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);
        var asking = client.UpAsync("{\"id\":7,\"ping\":{}}\n{\"id\":8,\"ping\":{}}");
        await connection.NextAsync<ClientFrame.Ping>();
        connection.Transport.Answer(new ServerFrame.Pong { Id = 8 });

        var (status, answers) = await asking;

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(answers[0].TryGetProperty("pong", out _));
        Assert.Equal((7, 114), (answers[1].GetProperty("id").GetInt32(), answers[1].GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Headers_leave_before_the_answers_do()
    {
        await using var server = await EdgeServer.StartAsync();
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);

        using var response = await client.StartUpAsync("""{"id":7,"ping":{}}""", Key);
        connection.Transport.Answer(new ServerFrame.Pong { Id = 7 });

        Assert.Equal("{\"id\":7,\"pong\":{}}\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_asked_of_the_session_anew()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { BatchesKept = 1 });
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);
        for (var i = 0; i < 3; i++)
        {
            connection.Transport.Send(Lines(1));
            await client.PollAsync();
        }

        var back = EventStream.OpenAsync(server.Address, "/v1/sse", Key);
        var second = await server.Engine.NextConnectionAsync();
        var hello = await second.NextAsync<ClientFrame.Hello>();
        second.Transport.Answer(Welcome("k2"));
        using var stream = await back;

        Assert.Equal(("s-1", "k"), (hello.SessionId, hello.SessionKey));
        Assert.Contains("\"key\":\"k2\"", (await stream.NextEventAsync())!.Data[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_resumed_by_a_get_is_given_up()
    {
        await using var server = await EdgeServer.StartAsync();
        var fetching = EventStream.OpenAsync(server.Address, "/v1/sse", "s-9; nothing");
        var connection = await server.Engine.NextConnectionAsync();
        await connection.NextAsync<ClientFrame.Hello>();
        connection.Transport.Answer(Welcome("k") with { Session = new SessionRef("s-new", "k", false, "unknown") });

        using var refused = await fetching;

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Response.StatusCode);
        Assert.False((await connection.NextAsync<ClientFrame.Bye>()).KeepSession);
    }

    [Fact]
    public async Task A_connection_that_is_closed_ends_what_waits_and_the_stream_after_its_last_frames()
    {
        await using var server = await EdgeServer.StartAsync();
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);
        using var stream = await client.StreamAsync();
        var asking = client.UpAsync("""{"id":7,"ping":{}}""");
        await connection.NextAsync<ClientFrame.Ping>();

        connection.Transport.Send(Lines(1));
        connection.Transport.Answer(new ServerFrame.Close(CloseCode.TokenExpired, "token expired"));
        connection.Transport.Close(CloseCode.TokenExpired, "token expired");

        Assert.Equal(4301, (await asking).Lines.Single().GetProperty("close").GetProperty("code").GetInt32());
        var data = new List<string>();
        while (await stream.NextEventAsync() is { } block)
            data.AddRange(block.Data);

        Assert.Equal(2, data.Count);
        Assert.Equal("""{"close":{"code":4301,"reason":"token expired","afterMs":0}}""", data[1]);
        await connection.WhenClosedAsync();
        Assert.Equal(0, connection.CallsAfterClosed);
    }

    [Fact]
    public async Task More_connections_than_there_may_be_are_refused()
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { ConnectionsMax = 1 });
        using var client = new HttpSession(server.Address);
        var connection = await WelcomeAsync(server, client);

        var (full, problem) = await client.UpAsync("""{"hello":{}}""", null);
        connection.Transport.Close(CloseCode.Bye, "bye");
        var again = client.UpAsync("""{"hello":{}}""", null);
        var next = await server.Engine.NextConnectionAsync();
        next.Transport.Answer(Welcome("k3") with { Id = (await next.NextAsync<ClientFrame.Hello>()).Id });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 113), (full, problem[0].GetProperty("code").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await again).Status);
    }

    [Fact]
    public async Task Goes_over_http_2_as_over_http_1()
    {
        await using var server = await EdgeServer.StartAsync(protocols: HttpProtocols.Http2);
        using var http = new HttpClient { BaseAddress = server.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var hello = new StringContent("""{"id":1,"hello":{}}""");
        var greeting = http.PostAsync("/v1/up", hello);
        var connection = await server.Engine.NextConnectionAsync();
        var frame = await connection.NextAsync<ClientFrame.Hello>();
        connection.Transport.Answer(Welcome("k") with { Id = frame.Id });
        using var welcome = await greeting;
        using var stream = await EventStream.OpenAsync(server.Address, "/v1/sse", Key, version: HttpVersion.Version20);

        connection.Transport.Send("{\"ping\":{}}\n"u8);

        Assert.Equal(HttpVersion.Version20, stream.Response.Version);
        Assert.Equal("""{"ping":{}}""", (await stream.NextEventAsync())!.Data.Single());
    }

    private static async Task<ScriptedConnection> WelcomeAsync(EdgeServer server, HttpSession client)
    {
        var greeting = client.HelloAsync();
        var connection = await server.Engine.NextConnectionAsync();
        var hello = await connection.NextAsync<ClientFrame.Hello>();
        connection.Transport.Answer(Welcome("k") with { Id = hello.Id });
        await greeting;
        return connection;
    }

    private static ServerFrame.Welcome Welcome(string key) => new()
    {
        Id = 1,
        Connection = "c-1",
        Session = new SessionRef("s-1", key, true, null),
        Node = "n1",
        TimeUnixMs = 0,
        HeartbeatMs = 25_000,
        FrameBytesMax = 65_536,
        SubscriptionsMax = 200,
        Reconnect = new ReconnectAdvice(100, 5_000, 1.5, 1),
    };

    /// <summary>Lines of 150 bytes each.</summary>
    private static byte[] Lines(int count) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{{\"ping\":{{\"x\":\"{new string('x', 132)}\"}}}}\n", count)));
}
