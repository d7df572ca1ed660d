using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Http;

/// <summary>The HTTP API from outside, with curl: what somebody does who has nothing else.</summary>
public sealed class HttpTourTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task CloudEvents_in_three_modes_arrive_at_a_follower_and_a_repeat_does_not()
    {
        await using var follower = await WireClient.FollowAsync(_server, "tour.clouds");
        const string Event = """{"specversion":"1.0","id":"1","source":"/tour","type":"t","data":{"n":1}}""";

        var first = await PostAsync("v1/channels/tour.clouds/events", Event, "application/cloudevents+json");
        var again = await PostAsync("v1/channels/tour.clouds/events", Event, "application/cloudevents+json");
        var batch = await PostAsync("v1/channels/tour.clouds/events", """[{"specversion":"1.0","id":"2","source":"/tour","type":"t","data":{"n":2}}]""", "application/cloudevents-batch+json");
        var binary = await Curl.RunAsync(
            "-X", "POST", At("v1/channels/tour.clouds/events"), "-H", "Content-Type: text/plain", "-H", "ce-specversion: 1.0", "-H", "ce-id: 3", "-H", "ce-source: /tour", "-H", "ce-type: t",
            "--data-binary", "three");

        Assert.Equal((201, 201, 201, 201), (first.Status, again.Status, batch.Status, binary.Status));
        Assert.Equal((false, true), (IsDuplicate(first.Body), IsDuplicate(again.Body)));
        var data = new List<string>();
        for (var i = 0; i < 3; i++)
            data.Add((await follower.TakeAsync("event")).GetProperty("data").GetRawText());

        Assert.Equal(["""{"n":1}""", """{"n":2}""", "\"three\""], data);
    }

    [Fact]
    public async Task A_broadcast_is_in_every_channel_and_the_channels_are_listed()
    {
        var sent = await PostAsync("v1/publish", """{"channels":["tour.east","tour.west"],"type":"notice","data":"hello"}""", "application/json");
        var listed = await Curl.RunAsync(At("v1/channels?prefix=tour.e"));
        var read = await Curl.RunAsync(At("v1/channels/tour.west/events?from=last:1"));

        Assert.Equal((201, 200, 200), (sent.Status, listed.Status, read.Status));
        Assert.Equal("tour.east", Curl.Parse(listed.Body).GetProperty("items")[0].GetProperty("channel").GetString());
        Assert.Equal("hello", Curl.Parse(read.Body).GetProperty("items")[0].GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_session_is_seen_and_ended()
    {
        await using var follower = await WireClient.FollowAsync(_server, "tour.sessions");
        var followers = await Curl.RunAsync(At("v1/channels/tour.sessions/subscriptions"));
        var session = Curl.Parse(followers.Body).GetProperty("items")[0].GetProperty("session").GetString();

        var seen = await Curl.RunAsync(At($"v1/sessions/{session}"));
        var ended = await Curl.RunAsync("-X", "DELETE", At($"v1/sessions/{session}"));
        var gone = await Curl.RunAsync(At($"v1/sessions/{session}"));

        Assert.Equal((200, 204, 404), (seen.Status, ended.Status, gone.Status));
        Assert.Equal(4406, (await follower.ClosedAsync()).Code);
    }

    [Fact]
    public async Task The_shortest_line_of_curl_publishes()
    {
        var (status, body) = await Curl.RunAsync(At("v1/channels/tour.form/events"), "-d", """{"type":"t","data":1}""");

        Assert.Equal(201, status);
        Assert.Equal(1, Curl.Parse(body).GetProperty("offset").GetInt64());
    }

    private Task<(int Status, string Body)> PostAsync(string path, string body, string contentType) =>
        Curl.RunAsync("-X", "POST", At(path), "-H", $"Content-Type: {contentType}", "--data-binary", body);

    private string At(string path) => new Uri(_server.Address, path).AbsoluteUri;

    private static bool IsDuplicate(string receipt) => Curl.Parse(receipt).GetProperty("duplicate").GetBoolean();
}
