using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private EdgeServer _server = null!;
    private ReplayCommand.Replay? _asked;
    private ChannelCommand? _channelAsked;

    public async Task InitializeAsync()
    {
        _server = await EdgeServer.StartAsync();
        _server.Engine.OnReplay = command =>
        {
            _asked = (ReplayCommand.Replay)command;
            _asked.ReplyTo.Tell(new ReplayReply.Replayed(null, 3, 2, [new ReplayFailure(7, "gone")], UpTo: 6, Next: 5));
        };
        _server.Engine.OnChannel = command =>
        {
            _channelAsked = command;
            if (command is ChannelCommand.Read read)
                read.ReplyTo.Tell(new ChannelReply.EventsRead(null, "k1", [], 1, 0, null));
            else if (command is ChannelCommand.Publish publish)
                publish.ReplyTo.Tell(new ChannelReply.Published(null, [new ServerFrame.Receipt { Status = ReceiptStatus.Persisted, Channel = "funding", Epoch = "k1", Offset = 1, Acked = 1, Of = 2, Missing = [new Member("s-1", "ann", default)] }]));
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("""{"offset":7}""", 7L, 0L, null)]
    [InlineData("""{"all":true}""", null, 0L, null)]
    [InlineData("""{"all":true,"after":4,"upTo":9}""", null, 4L, 9L)]
    public async Task Replays_what_was_said(string body, long? offset, long after, long? upTo)
    {
        var (status, answer) = await ReplayAsync("funding", body);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("funding", offset, after, upTo), (_asked!.Channel.Value, _asked.Offset, _asked.After, _asked.UpTo));
        Assert.Equal((3, 2, 1, 6, 5), (Number("replayed"), Number("already"), Number("failed"), Number("upTo"), Number("next")));
        Assert.Equal(7, answer.GetProperty("failures")[0].GetProperty("offset").GetInt32());

        int Number(string name) => answer.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("funding", "{}")]
    [InlineData("funding", "7")]
    [InlineData("funding", """{"all":true,"offset":3}""")]
    [InlineData("funding", """{"offset":0}""")]
    [InlineData("funding", """{"offset":"3"}""")]
    [InlineData("$dlq.funding", """{"all":true}""")]
    public async Task Refuses_what_cannot_be_meant(string channel, string body)
    {
        var (status, answer) = await ReplayAsync(channel, body);

        Assert.Equal((HttpStatusCode.BadRequest, (int)ErrorCode.BadRequest), (status, answer.GetProperty("code").GetInt32()));
        Assert.Null(_asked);
    }

    [Fact]
    public async Task Reads_the_letters_of_a_channel()
    {
        using var response = await _server.Http.GetAsync("/v1/channels/funding/dead-letters?from=last:10");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("$dlq.funding", true), _channelAsked is ChannelCommand.Read read ? (read.Channel.Value, read.StartsAtFirst) : default);
    }

    [Fact]
    public async Task A_publish_says_for_how_many_and_how_long_it_waits_and_is_told_who_is_missing()
    {
        using var body = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json");
        using var response = await _server.Http.PostAsync("/v1/channels/funding/events?confirm=delivered&count=2&timeoutMs=3000&missing=true", body);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var publish = Assert.IsType<ChannelCommand.Publish>(_channelAsked);
        Assert.Equal((Confirm.Delivered, 2L, TimeSpan.FromSeconds(3), true), (publish.Confirm, publish.DeliveredCount, publish.DeliveredTimeout, publish.DeliveredMissing));
        Assert.Contains("\"missing\":[{\"session\":\"s-1\",\"user\":\"ann\"}]", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?count=2")]
    [InlineData("?confirm=persisted&missing=true")]
    [InlineData("?confirm=delivered&count=many")]
    [InlineData("?confirm=delivered&missing=1")]
    [InlineData("?confirm=delivered&timeoutMs=300001")]
    [InlineData("?confirm=delivered&timeoutMs=-1")]
    public async Task A_publish_that_waits_for_what_cannot_be_is_refused(string query)
    {
        using var body = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json");
        using var response = await _server.Http.PostAsync($"/v1/channels/funding/events{query}", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(_channelAsked);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ReplayAsync(string channel, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _server.Http.PostAsync($"/v1/channels/{channel}/dead-letters/replay", content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
