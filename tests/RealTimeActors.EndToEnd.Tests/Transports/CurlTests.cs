using System.Text.RegularExpressions;
using RealTimeActors.EndToEnd.Tests.Http;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>The transports as they look to somebody with curl: literal lines.</summary>
public sealed class CurlTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task A_channel_is_a_stream_of_events()
    {
        using var stream = new CurlStream(At("v1/channels/curl.stream/stream"));
        var first = await stream.NextAsync(3);
        await PublishAsync("curl.stream", """{"type":"grant.updated","key":"grant-7","data":{"amount":1200}}""");

        var block = await stream.NextAsync(4);

        Assert.Matches("^retry: [0-9]+$", first[0]);
        Assert.Matches("^id: [0-9a-f]+-0$", first[1]);
        Assert.Equal("", first[2]);
        Assert.Equal(first[1].Replace("-0", "-1", StringComparison.Ordinal), block[0]);
        Assert.Equal("event: grant.updated", block[1]);
        Assert.Matches(
            """^data: \{"channel":"curl.stream","offset":1,"id":"[^"]+","type":"grant.updated","time":"[^"]+","priority":"normal","key":"grant-7","data":\{"amount":1200\},"hash":"[0-9a-f]{64}"\}$""",
            block[2]);
        Assert.Equal("", block[3]);
    }

    [Fact]
    public async Task A_session_is_greeted_up_and_streamed_down()
    {
        var (status, welcome) = await UpAsync(null, """{"id":1,"hello":{"subscribe":[{"channel":"curl.sse"}]}}""");
        using var stream = new CurlStream(At("v1/sse"), "-H", CredentialsOf(welcome));
        var first = await stream.NextAsync(5);

        var (_, answers) = await UpAsync(CredentialsOf(welcome), """{"id":2,"publish":{"channel":"curl.sse","type":"t","data":1}}""");
        var block = await stream.NextAsync(3);

        Assert.Equal(200, status);
        Assert.StartsWith("""{"id":1,"welcome":{"connection":"c-""", welcome, StringComparison.Ordinal);
        Assert.Equal([":", ""], first[..2]);
        Assert.Matches("^id: [A-Za-z0-9_-]+\\.1$", first[2]);
        Assert.Matches("""^data: \{"subscribed":\{"channel":"curl.sse","epoch":"[^"]+","offset":0,"head":0,"recovered":"none"\}\}$""", first[3]);
        Assert.StartsWith("""{"id":2,"receipt":{"status":"persisted","channel":"curl.sse","epoch":""", answers, StringComparison.Ordinal);
        Assert.Matches("^id: [A-Za-z0-9_-]+\\.2$", block[0]);
        Assert.StartsWith("""data: {"event":{"channel":"curl.sse","offset":1,"id":""", block[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_session_goes_on_by_polling()
    {
        var (_, welcome) = await UpAsync(null, """{"id":1,"hello":{"subscribe":[{"channel":"curl.poll"}]}}""");
        var (first, _) = await Curl.RunAsync("-D", "-", At("v1/poll?wait=5"), "-H", CredentialsOf(welcome));
        var (_, headers) = await Curl.RunAsync("-D", "-", At("v1/poll?wait=0"), "-H", CredentialsOf(welcome));
        var next = Regex.Match(headers, "Realtime-Next: ([^\r\n]+)").Groups[1].Value;
        await PublishAsync("curl.poll", """{"type":"t","data":1}""");

        var (status, body) = await Curl.RunAsync(At($"v1/poll?wait=5&cursor={next}"), "-H", CredentialsOf(welcome));

        Assert.Equal((200, 200), (first, status));
        Assert.Contains("Content-Type: application/x-ndjson", headers, StringComparison.Ordinal);
        Assert.StartsWith("""{"event":{"channel":"curl.poll","offset":1,"id":""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_stands_for_what_an_address_cannot_say()
    {
        var (status, body) = await Curl.RunAsync("-X", "POST", At("v1/tickets"));
        var ticket = Curl.Parse(body).GetProperty("ticket").GetString();
        using var stream = new CurlStream(At($"v1/channels/curl.ticket/stream?ticket={ticket}"));
        var begin = await stream.NextAsync(3);
        var (again, problem) = await Curl.RunAsync(At($"v1/channels/curl.ticket/stream?ticket={ticket}"));

        Assert.Equal(201, status);
        Assert.StartsWith("id: ", begin[1], StringComparison.Ordinal);
        Assert.Equal((401, 112), (again, Curl.Parse(problem).GetProperty("code").GetInt32()));
    }

    private Task<(int Status, string Body)> UpAsync(string? credentials, string frames) =>
        Curl.RunAsync([At("v1/up"), "--data-binary", frames, .. credentials is null ? Array.Empty<string>() : ["-H", credentials]]);

    private static string CredentialsOf(string welcome)
    {
        var session = Curl.Parse(welcome).GetProperty("welcome").GetProperty("session");
        return $"Realtime-Session: {session.GetProperty("id").GetString()}; {session.GetProperty("key").GetString()}";
    }

    private async Task PublishAsync(string channel, string body)
    {
        var (status, _) = await Curl.RunAsync(At($"v1/channels/{channel}/events"), "-d", body);
        Assert.Equal(201, status);
    }

    private string At(string path) => new Uri(_server.Address, path).AbsoluteUri;
}
