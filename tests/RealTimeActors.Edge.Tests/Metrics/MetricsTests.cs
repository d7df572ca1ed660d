using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed class MetricsTests : IAsyncLifetime
{
    private RealServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await RealServer.StartAsync("""realtime.channels=[{"pattern":"live.>","durability":"ephemeral"}]""");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_known_workload_shows_exactly_the_known_numbers()
    {
        using var reader = await SubscribeAsync("orders");
        using var other = await SubscribeAsync("orders");
        for (var i = 0; i < 5; i++)
            await PublishAsync("orders");

        await PublishAsync("orders", idempotencyKey: "k");
        await PublishAsync("orders", idempotencyKey: "k");
        await PublishAsync("orders", idempotencyKey: "k", data: "2", expected: HttpStatusCode.Conflict);
        await PublishAsync("live.x");
        await PublishAsync("live.x");
        await PublishAsync("$server", expected: HttpStatusCode.Forbidden);
        await reader.SendTextAsync("""{"ack":{"channel":"orders","offset":4}}""");
        await reader.SendTextAsync("""{"id":9,"publish":{"channel":"orders","type":"t","data":1}}""");
        other.Reset();

        var expected = new Dictionary<string, double>
        {
            ["realtime_connections_closed_total class=gone"] = 1,
            ["realtime_unacked_events"] = 3,
            ["realtime_events_published_total outcome=persisted"] = 7,
            ["realtime_events_published_total outcome=accepted"] = 2,
            ["realtime_events_published_total outcome=duplicate"] = 1,
            ["realtime_events_published_total outcome=lost"] = 0,
            ["realtime_events_refused_total code=conflict"] = 1,
            ["realtime_events_refused_total code=overloaded"] = 0,
            ["realtime_errors_total code=conflict transport=http"] = 1,
            ["realtime_errors_total code=forbidden transport=http"] = 1,
            ["realtime_errors_total code=forbidden transport=websocket"] = 0,
            ["realtime_connections"] = 1,
            ["realtime_connections_opened_total"] = 2,
            ["realtime_sessions_begun_total"] = 2,
            ["realtime_sessions_open"] = 1,
            ["realtime_subscriptions"] = 1,
            ["realtime_acks_total"] = 1,
            ["realtime_events_undecided"] = 0,
            ["realtime_lag_events"] = 0,
            ["realtime_publish_duration_seconds_count transport=http"] = 10,
            ["realtime_publish_duration_seconds_count transport=websocket"] = 1,
            ["realtime_stage_duration_seconds_count stage=persist"] = 7,
            ["http_server_request_duration_seconds_count http_request_method=POST http_response_status_code=201 http_route=/v1/channels/{channel}/events network_protocol_version=1.1 url_scheme=http"] = 9,
        };

        var figures = await _server.Http.ScrapeUntilAsync(expected);

        // The reader got all seven; the other may have gone before the last ones were written to it.
        Assert.InRange(figures["realtime_events_delivered_total"], 7, 14);
        Assert.Equal(0, figures["realtime_dead_letters_total reason=failed"]);
        Assert.True(figures["realtime_journal_commit_writes_sum"] >= 7);
        Assert.True(figures["realtime_received_bytes_total"] > 0 && figures["realtime_sent_bytes_total"] > 0);
        Assert.True(figures["dotnet_process_memory_working_set_bytes"] > 1_000_000);
    }

    [Fact]
    public async Task OpenMetrics_and_JSON_come_when_they_are_asked_for()
    {
        await PublishAsync("orders");
        var open = await _server.Http.ScrapeAsync("application/openmetrics-text;version=1.0.0");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", "application/json" } } };
        using var response = await _server.Http.SendAsync(request);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(1, open["realtime_events_published_total outcome=persisted"]);
        Assert.Equal(1, open["target_info service_instance_id=n1 service_name=realtime service_version=1.0.0"]);
        var published = json.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "realtime_events_published_total");
        Assert.Contains(published.GetProperty("points").EnumerateArray(), point => point.GetProperty("value").GetInt64() == 1);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [PromtoolFact]
    public async Task Prometheus_own_tool_finds_nothing_wrong_with_the_text()
    {
        await PublishAsync("orders");
        var text = await _server.Http.GetStringAsync("/metrics");
        using var tool = Process.Start(new ProcessStartInfo(PromtoolFactAttribute.Path!, "check metrics") { RedirectStandardInput = true, RedirectStandardError = true })!;
        await tool.StandardInput.WriteAsync(text);
        tool.StandardInput.Close();
        var complaints = (await tool.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await tool.WaitForExitAsync();

        // What the runtime and the server beneath call theirs is not ours to change.
        Assert.DoesNotContain(complaints, line => !line.StartsWith("dotnet_", StringComparison.Ordinal) && !line.StartsWith("kestrel_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_crowd_of_scrapers_gets_its_answers()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _server.Http.ScrapeAsync()));
    }

    [Fact]
    public async Task Two_servers_of_one_process_count_for_themselves()
    {
        await using var other = await RealServer.StartAsync();
        await PublishAsync("orders");

        Assert.Equal(1, (await _server.Http.ScrapeAsync())["realtime_events_published_total outcome=persisted"]);
        Assert.Equal(0, (await other.Http.ScrapeAsync())["realtime_events_published_total outcome=persisted"]);
    }

    [Fact]
    public async Task Switched_off_it_says_so()
    {
        await using var server = await RealServer.StartAsync("realtime.telemetry.metrics=false");

        using var response = await server.Http.GetAsync("/metrics");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((HttpStatusCode.NotImplemented, 111), (response.StatusCode, problem.GetProperty("code").GetInt32()));
        Assert.Contains("realtime.telemetry.metrics", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<RawClient> SubscribeAsync(string channel)
    {
        var client = await _server.ConnectAsync();
        await client.SendTextAsync("""{"id":1,"hello":{}}""");
        Assert.Contains("welcome", await NextAsync(client), StringComparison.Ordinal);
        await client.SendTextAsync($$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}"}}""");
        Assert.Contains("subscribed", await NextAsync(client), StringComparison.Ordinal);
        return client;
    }

    private static async Task<string> NextAsync(RawClient client) => Encoding.UTF8.GetString((await client.ReadFrameAsync()).Payload);

    private async Task PublishAsync(string channel, string data = "1", string? idempotencyKey = null, HttpStatusCode expected = HttpStatusCode.Created)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/channels/{channel}/events")
        {
            Content = new StringContent($$"""{"type":"t","data":{{data}}}""", Encoding.UTF8, "application/json"),
        };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);

        using var response = await _server.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }
}
