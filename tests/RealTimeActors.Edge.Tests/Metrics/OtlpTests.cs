using System.Text;
using Microsoft.Extensions.Logging;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Hosting.Telemetry;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed class OtlpTests
{
    private const int MetricName = 1;
    private const int SpanName = 5;

    [Theory]
    [InlineData("http", "/v1/metrics", "application/x-protobuf")]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "application/grpc")]
    public async Task Figures_are_sent_to_the_collector_that_is_named(string protocol, string path, string contentType)
    {
        await using var collector = await Collector.StartAsync(isGrpc: protocol == "grpc");
        await using var server = await RealServer.StartAsync(
            $"realtime.telemetry.otlp.endpoint=\"{collector.Address}\"", $"realtime.telemetry.otlp.protocol={protocol}",
            """realtime.telemetry.otlp.headers=["x-key=Bearer b=c"]""", "realtime.telemetry.otlp.interval=1s");
        for (var i = 0; i < 3; i++)
            await PublishAsync(server);

        var (export, published) = await collector.NextAsync(path, export =>
            export.Find("realtime.events.published", MetricName) is { } metric && SumsOf(metric).Contains(3UL) ? metric : null);

        Assert.Equal((contentType, "Bearer b=c"), (export.ContentType, export.Key));
        Assert.Contains(published.All(3), unit => unit.Text == "{event}");
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_told_to_the_log_without_its_secrets()
    {
        var log = new FirstLine();
        using var trouble = new CollectorTrouble(log, TimeProvider.System);
        await using var server = await RealServer.StartAsync(
            "realtime.telemetry.otlp.endpoint=\"http://127.0.0.1:1\"", "realtime.telemetry.otlp.protocol=http",
            """realtime.telemetry.otlp.headers=["x-key=hush-hush"]""", "realtime.telemetry.otlp.interval=1s");

        var line = await log.Text.WaitAsync(Patience.Limit);

        Assert.Contains("could not be sent to the collector (realtime.telemetry.otlp)", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publish_is_followed_from_the_caller_s_trace_to_the_receipt()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var collector = await Collector.StartAsync(isGrpc: false);
        await using var server = await RealServer.StartAsync(
            $"realtime.telemetry.otlp.endpoint=\"{collector.Address}\"", "realtime.telemetry.otlp.protocol=http", "realtime.telemetry.traces.sample=0.0000001");

        await PublishAsync(server, $"00-{Trace}-b7ad6b7169203331-01");
        // What waits is sent when the server stops, at the latest.
        await server.StopAsync();
        var (_, span) = await collector.NextAsync("/v1/traces", export => export.Find("publish", SpanName));

        Assert.Equal(Trace, span.All(1).Single().Hex);
        Assert.NotEmpty(span.All(4));
        Assert.Equal(["decided", "durable", "fanned out"], span.All(11).Select(mark => mark.All(2).Single().Text));
        Assert.Contains(span.All(9), tag => tag.All(1).Single().Text == "realtime.channel" && tag.All(2).Single().All(1).Single().Text == "orders");
    }

    [Fact]
    public async Task What_a_websocket_client_asks_is_followed_as_traces_of_its_own()
    {
        await using var collector = await Collector.StartAsync(isGrpc: false);
        await using var server = await RealServer.StartAsync(
            $"realtime.telemetry.otlp.endpoint=\"{collector.Address}\"", "realtime.telemetry.otlp.protocol=http", "realtime.telemetry.traces.sample=1");
        using var client = await server.ConnectAsync();
        await client.SendTextAsync("""{"id":1,"hello":{}}""");
        await client.ReadFrameAsync();
        await client.SendTextAsync("""{"id":2,"subscribe":{"channel":"orders"}}""");
        await client.ReadFrameAsync();
        await client.SendTextAsync("""{"id":3,"publish":{"channel":"$orders","type":"t","data":1}}""");
        await client.ReadFrameAsync();
        await client.SendTextAsync("""{"id":4,"publish":{"channel":"orders","type":"t","data":1}}""");
        await client.ReadFrameAsync();
        await client.ReadFrameAsync();

        await server.StopAsync();
        var (_, spans) = await collector.NextAsync("/v1/traces", export =>
            export.Find("connect", SpanName) is { } connect && export.Find("subscribe", SpanName) is { } subscribe && export.Find("publish", SpanName) is { } publish
                ? new[] { connect, subscribe, publish }
                : null);

        Assert.Equal(3, spans.Select(span => span.All(1).Single().Hex).Distinct().Count());
        Assert.All(spans, span => Assert.Empty(span.All(4)));
        Assert.Equal(["decided", "durable", "fanned out"], spans[2].All(11).Select(mark => mark.All(2).Single().Text));
    }

    [Fact]
    public async Task What_another_node_of_the_process_is_asked_is_not_told_to_the_collector_of_this_one()
    {
        await using var collector = await Collector.StartAsync(isGrpc: false);
        await using var other = await RealServer.StartAsync();
        await using var server = await RealServer.StartAsync(
            $"realtime.telemetry.otlp.endpoint=\"{collector.Address}\"", "realtime.telemetry.otlp.protocol=http", "realtime.telemetry.traces.sample=1");

        await PublishAsync(other);
        await PublishAsync(server);
        await server.StopAsync();
        var names = new List<string>();
        await collector.NextAsync("/v1/traces", export =>
        {
            names.AddRange(export.Items.Select(span => span.All(SpanName).Single().Text));
            return names.Contains("publish") && names.Exists(name => name != "publish") ? names : null;
        });

        // The publish, and the request that it came with.
        Assert.Equal(2, names.Count);
    }

    private sealed class FirstLine : ILogger
    {
        private readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<string> Text => _text.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _text.TrySetResult(formatter(state, exception));
    }

    /// <summary>A metric's sum (7), its points (1), their values as an integer (6).</summary>
    private static IEnumerable<ulong> SumsOf(ProtobufField metric) =>
        metric.All(7).SelectMany(sum => sum.All(1)).SelectMany(point => point.All(6)).Select(value => value.Scalar);

    private static async Task PublishAsync(RealServer server, string? traceparent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/channels/orders/events")
        {
            Content = new StringContent("""{"type":"t","data":1}""", Encoding.UTF8, "application/json"),
        };
        if (traceparent is not null)
            request.Headers.Add("traceparent", traceparent);

        using var response = await server.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
    }
}
