using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class ClusterTests : IAsyncLifetime
{
    private static readonly NodeIncarnation _me = new("core-1", 4);
    private readonly Place _place = new();
    private EdgeServer _server = null!;

    public async Task InitializeAsync() => _server = await EdgeServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_server_that_is_alone_says_so()
    {
        var alone = JsonDocument.Parse(await _server.Http.GetStringAsync("/v1/cluster")).RootElement;

        Assert.True(alone.GetProperty("alone").GetBoolean());
        Assert.Equal((0, 0), (alone.GetProperty("nodes").GetArrayLength(), alone.GetProperty("shards").GetArrayLength()));
        Assert.Equal((501, "n1 is alone: nothing can be moved to or drained towards another node (realtime.cluster.enabled)."), await PostAsync("/v1/cluster/shards/3/move", """{"to":"core-2"}"""));
        Assert.Equal(501, (await PostAsync("/v1/cluster/nodes/n1/drain", "")).Status);
    }

    [Fact]
    public async Task Shows_nodes_and_shards_as_the_node_sees_them()
    {
        _server.Engine.Cluster = _place;
        _place.Standing = new ClusterStanding(
            _me,
            new MembershipView(7, [
                new ClusterMember(_me, "10.0.0.5:7400", ["core"], 0.1234, TimeSpan.FromSeconds(2)),
                new ClusterMember(new("core-2", 5), "10.0.0.6:7400", ["core", "edge"], ClusterOptions.DrainingLoad, TimeSpan.FromSeconds(-1)),
                new ClusterMember(new("core-3", 6), "10.0.0.7:7400", ["core"], ClusterOptions.ApartLoad, TimeSpan.FromSeconds(1)),
            ]),
            [],
            [("core-1", 2L), ("core-2", 1L), null])
        {
            Free = [1],
            Moving = [0],
            Apart = new Dictionary<string, string> { ["core-3"] = "none of the nodes that were there before lets it in" },
            Figures = new Dictionary<string, NodeFigures>
            {
                // What a former owner still counts is nobody's any more.
                ["core-1#4"] = new(new ClientCounts(0, 0), [new ShardProgress(new OwnedShard(0, 2), new ShardCounts(17, 32, 1), 120_455, 3), new ShardProgress(new OwnedShard(1, 0), new ShardCounts(9, 9, 9), 9, 9)]),
            },
        };

        var cluster = JsonDocument.Parse(await _server.Http.GetStringAsync("/v1/cluster")).RootElement;

        Assert.Equal((false, 4, 7), (cluster.GetProperty("alone").GetBoolean(), cluster.GetProperty("incarnation").GetInt32(), cluster.GetProperty("view").GetInt32()));
        Assert.Equal(
            """[{"node":"core-1","incarnation":4,"address":"10.0.0.5:7400","roles":["core"],"load":0.123,"draining":false,"apart":null,"shards":1,"linked":true,"silentInMs":2000,"connections":0,"behind":0},{"node":"core-2","incarnation":5,"address":"10.0.0.6:7400","roles":["core","edge"],"load":null,"draining":true,"apart":null,"shards":0,"linked":false,"silentInMs":-1000,"connections":null,"behind":null},{"node":"core-3","incarnation":6,"address":"10.0.0.7:7400","roles":["core"],"load":null,"draining":false,"apart":"none of the nodes that were there before lets it in","shards":0,"linked":false,"silentInMs":1000,"connections":null,"behind":null}]""",
            cluster.GetProperty("nodes").GetRawText());
        Assert.Equal(
            """[{"shard":0,"node":"core-1","epoch":2,"free":false,"moving":true,"head":120455,"lag":3,"channels":17,"sessions":32,"waiting":1},{"shard":1,"node":"core-2","epoch":1,"free":true,"moving":false,"head":null,"lag":null,"channels":null,"sessions":null,"waiting":null},{"shard":2,"node":null,"epoch":null,"free":true,"moving":false,"head":null,"lag":null,"channels":null,"sessions":null,"waiting":null}]""",
            cluster.GetProperty("shards").GetRawText());
    }

    [Fact]
    public async Task Orders_go_to_the_node_and_its_answer_comes_back()
    {
        _server.Engine.Cluster = _place;

        _place.Answer = new ClusterAnswer.Ordered("core-1");
        var (status, body) = await PostAsync("/v1/cluster/shards/3/move", """{"to":"core-2"}""");
        Assert.Equal((202, """{"status":"ordered","shard":3,"to":"core-2","by":"core-1"}"""), (status, body));
        Assert.Equal((3, "core-2"), (((ClusterRequest.Move)_place.Asked!).Shard, ((ClusterRequest.Move)_place.Asked!).To));

        _place.Answer = new ClusterAnswer.AlreadySo("core-2");
        Assert.Equal((200, """{"status":"already","node":"core-2","by":"core-2"}"""), await PostAsync("/v1/cluster/nodes/core-2/drain", ""));
        Assert.Equal("core-2", ((ClusterRequest.Drain)_place.Asked!).Node);

        _place.Answer = new ClusterAnswer.Ordered("core-2");
        Assert.Equal((202, """{"status":"ordered","node":"core-2","by":"core-2"}"""), await PostAsync("/v1/cluster/nodes/core-2/undrain", ""));
        Assert.Equal("core-2", ((ClusterRequest.Undrain)_place.Asked!).Node);
    }

    public static TheoryData<ClusterAnswer, int> Refusals => new()
    {
        { new ClusterAnswer.Unknown("There is no node core-9"), 404 },
        { new ClusterAnswer.Impossible("edge-1 takes no shards"), 409 },
        { new ClusterAnswer.NotNow("Nobody has shard 3 just now"), 503 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_be_is_refused_in_the_nodes_words(ClusterAnswer answer, int expected)
    {
        _server.Engine.Cluster = _place;
        _place.Answer = answer;

        var (status, detail) = await PostAsync("/v1/cluster/shards/3/move", """{"to":"core-9"}""");

        Assert.Equal(expected, status);
        Assert.Contains(detail.TrimEnd('.'), answer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/cluster/shards/x/move", """{"to":"core-2"}""")]
    [InlineData("/v1/cluster/shards/-1/move", """{"to":"core-2"}""")]
    [InlineData("/v1/cluster/shards/3/move", "{}")]
    [InlineData("/v1/cluster/shards/3/move", "[]")]
    [InlineData("/v1/cluster/shards/3/move", """{"to":7}""")]
    [InlineData("/v1/cluster/shards/3/move", """{"to":"a node"}""")]
    [InlineData("/v1/cluster/nodes/a%20node/drain", "")]
    [InlineData("/v1/cluster/nodes/a%20node/undrain", "")]
    public async Task Bad_orders_are_told_what_was_expected(string address, string body)
    {
        _server.Engine.Cluster = _place;

        var (status, detail) = await PostAsync(address, body);

        Assert.Equal(400, status);
        Assert.Contains("expected", detail.Replace("required", "expected", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Null(_place.Asked);
    }

    [Theory]
    [InlineData("GET", "/v1/sse")]
    [InlineData("GET", "/v1/poll")]
    [InlineData("POST", "/v1/up")]
    [InlineData("POST", "/v1/tickets")]
    [InlineData("GET", "/v1/channels/a/stream")]
    public async Task A_node_without_the_role_edge_takes_no_clients_over_plain_HTTP(string method, string address)
    {
        _server.Engine.NoClients = "core-1 has the role core only";
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = method == "POST" ? new StringContent("""{"id":1,"hello":{}}""") : null };
        request.Headers.Add("Accept", address.EndsWith("stream", StringComparison.Ordinal) ? "text/event-stream" : "*/*");
        if (method == "GET" && !address.EndsWith("stream", StringComparison.Ordinal))
            request.Headers.Add("Realtime-Session", "s-1; key");

        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("core-1 has the role core only.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/readyz")).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v1/sse")]
    [InlineData("GET", "/v1/poll")]
    [InlineData("POST", "/v1/up")]
    [InlineData("POST", "/v1/tickets")]
    [InlineData("GET", "/v1/channels/a/stream")]
    public async Task Who_is_turned_away_is_told_where_there_is_room_and_when_to_ask_again(string method, string address)
    {
        _server.Engine.Overload = "This node has too much to do, and others have room (edge-2): connect to another one";
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = method == "POST" ? new StringContent("""{"id":1,"hello":{}}""") : null };
        request.Headers.Add("Accept", address.EndsWith("stream", StringComparison.Ordinal) ? "text/event-stream" : "*/*");
        if (method == "GET" && !address.EndsWith("stream", StringComparison.Ordinal))
            request.Headers.Add("Realtime-Session", "s-1; key");

        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (response.StatusCode, response.Headers.RetryAfter!.Delta));
        Assert.Equal((113, 5_000, "backoff"), (problem.GetProperty("code").GetInt32(), problem.GetProperty("afterMs").GetInt32(), problem.GetProperty("retry").GetString()));
        Assert.Contains("others have room (edge-2)", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/readyz")).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_turned_away_over_WebSocket_finds_it_in_the_answer_to_the_handshake(bool isDirect)
    {
        await using var server = await EdgeServer.StartAsync(isDirect: isDirect);
        server.Engine.Overload = "This node has too much to do, and others have room (edge-2): connect to another one";
        using var client = new System.Net.WebSockets.ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => client.ConnectAsync(new Uri($"ws://{server.Address.Authority}/v1/ws"), CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, client.HttpStatusCode);
        Assert.Equal(["5"], client.HttpResponseHeaders!["Retry-After"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nor_over_WebSocket(bool isDirect)
    {
        await using var server = await EdgeServer.StartAsync(isDirect: isDirect);
        server.Engine.NoClients = "core-1 has the role core only";
        using var client = new System.Net.WebSockets.ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => client.ConnectAsync(new Uri($"ws://{server.Address.Authority}/v1/ws"), CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, client.HttpStatusCode);
    }

    private async Task<(int Status, string Said)> PostAsync(string address, string body)
    {
        using var content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        using var response = await _server.Http.PostAsync(address, content);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? text : JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!);
    }

    /// <summary>Stands where the node's place in the cluster does.</summary>
    private sealed class Place : IActorRef<object>
    {
        public ActorPath Path { get; } = new(null, "cluster");

        internal ClusterStanding? Standing { get; set; }

        internal ClusterAnswer? Answer { get; set; }

        internal ClusterRequest? Asked { get; private set; }

        public void Tell(object message)
        {
            switch (message)
            {
                case ClusterQuestion question:
                    question.ReplyTo.Tell(Standing!);
                    break;
                case ClusterRequest request:
                    Asked = request;
                    request.ReplyTo.Tell(Answer!);
                    break;
            }
        }
    }
}
