using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class BroadcastTests
{
    [Fact]
    public async Task Publishes_to_every_channel_and_answers_in_their_order()
    {
        await using var server = await RealServer.StartAsync();

        var (status, body) = await BroadcastAsync(server.Http, """{"type":"notice","channels":["b.two","b.one"],"data":{"x":1},"key":"k"}""");
        var page = await server.Http.GetFromJsonAsync<JsonElement>("/v1/channels/b.one/events");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["b.two", "b.one"], body.EnumerateArray().Select(entry => entry.GetProperty("channel").GetString()));
        Assert.All(body.EnumerateArray(), entry => Assert.Equal("persisted", entry.GetProperty("receipt").GetProperty("status").GetString()));
        Assert.Equal("""{"x":1}""", page.GetProperty("items")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_key_covers_each_channel()
    {
        await using var server = await RealServer.StartAsync();

        await BroadcastAsync(server.Http, """{"channels":["a"],"type":"t","data":1}""", "key-1");
        var (_, body) = await BroadcastAsync(server.Http, """{"channels":["a","b"],"type":"t","data":1}""", "key-1");

        Assert.Equal([true, false], body.EnumerateArray().Select(entry => entry.GetProperty("receipt").GetProperty("duplicate").GetBoolean()));
    }

    [Fact]
    public async Task Says_per_channel_which_did_not_take_it()
    {
        await using var server = await EdgeServer.StartAsync();
        server.Engine.OnChannel = command =>
        {
            var publish = Assert.IsType<ChannelCommand.Publish>(command);
            publish.ReplyTo.Tell(publish.Channel.Value == "full"
                ? new ChannelReply.Refused(null, ErrorCode.Overloaded, "No room.") { After = TimeSpan.FromMilliseconds(250) }
                : new ChannelReply.Published(null, [new ServerFrame.Receipt { Status = ReceiptStatus.Persisted, Channel = publish.Channel.Value, Epoch = "e", Offset = 7, Hash = new byte[32] }]));
        };

        var (status, body) = await BroadcastAsync(server.Http, """{"channels":["a","full","b"],"type":"t","data":1}""");
        var (quiet, _) = await BroadcastAsync(server.Http, """{"channels":["a","b"],"type":"t","data":1}""", query: "?confirm=none");
        var (quietly, _) = await BroadcastAsync(server.Http, """{"channels":["a","full"],"type":"t","data":1}""", query: "?confirm=none");

        Assert.Equal((HttpStatusCode.MultiStatus, HttpStatusCode.Accepted, HttpStatusCode.MultiStatus), (status, quiet, quietly));
        var problem = body[1].GetProperty("problem");
        Assert.Equal((503, 113, "backoff", 250), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetInt32(), problem.GetProperty("retry").GetString(), problem.GetProperty("afterMs").GetInt32()));
        Assert.Equal([7L, 7L], new[] { body[0], body[2] }.Select(entry => entry.GetProperty("receipt").GetProperty("offset").GetInt64()));
    }

    [Fact]
    public async Task Nothing_is_written_where_one_channel_may_not_be_published_to()
    {
        await using var server = await EdgeServer.StartAsync();
        var identity = new Identity { User = "u1", Grants = [new ChannelGrant(ChannelPattern.Parse("mine.>"), Rights.Publish)] };
        server.Engine.Authenticator = new SaysYes(identity);
        var asked = 0;
        server.Engine.OnChannel = _ => asked++;

        var (status, problem) = await BroadcastAsync(server.Http, """{"channels":["mine.a","yours.a"],"type":"t","data":1}""", token: "t");

        Assert.Equal((HttpStatusCode.Forbidden, 103, 0), (status, problem.GetProperty("code").GetInt32(), asked));
        Assert.Contains("'publish' on 'yours.a'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"t","data":1}""", 400, 101, "has no channels")]
    [InlineData("""{"channels":"a","type":"t","data":1}""", 400, 101, "an array of names")]
    [InlineData("""{"channels":[],"type":"t","data":1}""", 400, 101, "At least one channel")]
    [InlineData("""{"channels":[7],"type":"t","data":1}""", 400, 101, "expected to be a string")]
    [InlineData("""{"channels":["a b"],"type":"t","data":1}""", 400, 101, "Channel 1 of the list")]
    [InlineData("""{"channels":["a","b","a"],"type":"t","data":1}""", 400, 101, "channel 1 and 3 of the list")]
    [InlineData("""{"channels":["a","b","c","d"],"type":"t","data":1}""", 413, 110, "at most 3 channels")]
    [InlineData("""{"channels":["a","$dlq.a"],"type":"t","data":1}""", 403, 103, "belong to the server")]
    [InlineData("""{"channels":["a"],"data":1}""", 400, 101, "has no type")]
    [InlineData("""{"channels":["a"],"type":"t"}""", 400, 101, "has no data")]
    [InlineData("""{"channels":["a"],"type":"$state","data":1}""", 400, 101, "Types that begin with $ belong to the server")]
    [InlineData("""[{"channels":["a"],"type":"t","data":1}]""", 400, 101, "An object with channels")]
    public async Task Refuses_what_is_no_broadcast(string body, int status, int code, string message)
    {
        await using var server = await EdgeServer.StartAsync(new EdgeOptions { BroadcastChannelsMax = 3 });

        var (answered, problem) = await BroadcastAsync(server.Http, body);

        Assert.Equal((status, code), ((int)answered, problem.GetProperty("code").GetInt32()));
        Assert.Contains(message, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_channels_does_not_count_as_part_of_the_event()
    {
        await using var server = await RealServer.StartAsync("realtime.limits.frame-bytes=1024");
        var channels = string.Join(',', Enumerable.Range(1, 500).Select(n => $"\"list.{n}\""));

        var (taken, _) = await BroadcastAsync(server.Http, $$"""{"channels":[{{channels}}],"type":"t","data":1}""");
        var (refused, _) = await BroadcastAsync(server.Http, $$"""{"channels":["a"],"type":"t","data":"{{new string('x', 1_024)}}"}""");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.RequestEntityTooLarge), (taken, refused));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> BroadcastAsync(HttpClient http, string body, string? key = null, string query = "", string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/publish{query}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);

        if (token is not null)
            request.Headers.Add("Authorization", $"Bearer {token}");

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    private sealed class SaysYes(Identity identity) : IAuthenticator
    {
        public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo) => replyTo.Tell(new AuthenticationReply.Accepted(tag, identity));
    }
}
