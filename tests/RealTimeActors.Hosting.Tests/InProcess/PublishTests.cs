using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Client;
using RealTimeActors.Hosting.Tests.Support;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.Tests.InProcess;

public sealed class PublishTests : IAsyncLifetime
{
    private TestApplication _app = null!;

    public async Task InitializeAsync() => _app = await TestApplication.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Gives_a_receipt_for_what_everybody_can_read_then()
    {
        var receipt = await _app.Channels.PublishAsync(
            "funding.grants", "grant.updated", new { GrantId = 7 }, new PublishOptions { Key = "g7", Source = "office", CorrelationId = "c1", Priority = Priority.High });

        var item = (await _app.Http.GetFromJsonAsync<JsonElement>("/v1/channels/funding.grants/events")).GetProperty("items")[0];

        Assert.Equal((ReceiptStatus.Persisted, 1L, false), (receipt.Status, receipt.Offset, receipt.IsDuplicate));
        Assert.Equal(32, receipt.Hash.Length);
        Assert.Equal("""{"grantId":7}""", item.GetProperty("data").GetRawText());
        Assert.Equal(("g7", "office", "c1", "high"), (Text("key"), Text("source"), Text("correlationId"), Text("priority")));

        string Text(string name) => item.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Offsets_are_without_holes_whoever_publishes_at_the_same_time()
    {
        // How fast it goes is not what is asked here.
        await using var patient = await TestApplication.StartAsync(configuration: ("realtime:http:request-timeout", "2m"));

        var receipts = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => patient.Channels.PublishAsync("counts", "counted", i)));

        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => (long)i), receipts.Select(receipt => receipt.Offset).Order());
    }

    [Fact]
    public async Task More_than_there_is_room_for_waits_and_none_is_lost()
    {
        // How fast it goes is not what is asked here.
        await using var patient = await TestApplication.StartAsync(configuration: ("realtime:http:request-timeout", "2m"));
        var accepted = new PublishOptions { Confirm = Confirm.Accepted };

        var receipts = await Task.WhenAll(Enumerable.Range(0, 12_000).Select(i => patient.Channels.PublishAsync("counts", "counted", i, accepted)));
        var last = await patient.Channels.PublishAsync("counts", "counted", -1);

        Assert.All(receipts, receipt => Assert.Equal(ReceiptStatus.Accepted, receipt.Status));
        Assert.Equal(12_001, last.Offset);
    }

    [Fact]
    public async Task Refuses_what_is_too_large_with_the_contracts_code()
    {
        var refused = await Assert.ThrowsAsync<RealTimeException>(() => _app.Channels.PublishAsync("a", "t", new string('x', 70_000)));

        Assert.Equal(ErrorCode.TooLarge, refused.Error);
        Assert.False(refused.MayBeInLog);
        Assert.Contains("65536", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_names_of_the_servers_own_and_names_that_are_none()
    {
        var own = await Assert.ThrowsAsync<RealTimeException>(() => _app.Channels.PublishAsync("$server.alerts", "t", 1));
        var none = await Assert.ThrowsAsync<ArgumentException>(() => _app.Channels.PublishAsync("a..b", "t", 1));

        Assert.Equal(ErrorCode.Forbidden, own.Error);
        Assert.Contains("empty segments", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_data_that_is_not_json_and_text_that_is_no_text()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _app.Channels.PublishJsonAsync("a", "t", "{\"a\":1,\"a\":2}"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => _app.Channels.PublishAsync("a", "t", 1, new PublishOptions { Key = "\ud800" }));
        await Assert.ThrowsAsync<ArgumentException>(() => _app.Channels.PublishAsync("a", "t", 1, new PublishOptions { Confirm = Confirm.None }));

        Assert.Empty((await _app.Channels.ReadAsync("a")).Events);
    }

    [Fact]
    public async Task What_was_cancelled_before_is_not_published()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _app.Channels.PublishAsync("a", "t", 1, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Equal(1, (await _app.Channels.PublishAsync("a", "t", 2)).Offset);
    }

    [Fact]
    public async Task Waits_for_the_ack_of_a_subscriber_where_it_is_asked_to()
    {
        await using var subscription = await _app.Channels.SubscribeAsync("a", new SubscriberOptions { Name = "reader" }, (_, _) => ValueTask.CompletedTask);

        var receipt = await _app.Channels.PublishAsync("a", "t", 1, new PublishOptions { Confirm = Confirm.Delivered, DeliveredTimeout = Patience.Limit });

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), (receipt.Status, receipt.Acked, receipt.Of));
    }

    [Fact]
    public async Task Who_would_wait_longer_for_acks_than_a_channel_does_is_refused_with_the_bound()
    {
        var options = new PublishOptions { Confirm = Confirm.Delivered, DeliveredTimeout = TimeSpan.FromMilliseconds(300_001) };

        var refused = await Assert.ThrowsAsync<RealTimeException>(() => _app.Channels.PublishAsync("a", "t", 1, options));

        Assert.Equal((int)ErrorCode.BadRequest, refused.Code);
        Assert.Equal("timeoutMs is expected to be at most 300000 (5 minutes); '300001' came. Nothing was published. (101)", refused.Message);
        Assert.Equal(1, (await _app.Channels.PublishAsync("a", "t", 2)).Offset);
    }

    [Fact]
    public async Task Works_before_the_host_starts_and_while_it_stops()
    {
        var directory = TestApplication.NewDirectory();
        var last = new TaskCompletionSource<Receipt>();
        await using (var application = TestApplication.Build(directory, build: builder => builder.Services.AddHostedService(services => new LastWords(services, last))))
        {
            var channels = application.Services.GetRequiredService<IChannels>();
            Assert.Equal(1, (await channels.PublishAsync("a", "t", "before")).Offset);
            await application.StartAsync();
            await application.StopAsync();
        }

        Assert.Equal(2, (await last.Task.WaitAsync(Patience.Limit)).Offset);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Reads_pages()
    {
        for (var i = 1; i <= 5; i++)
            await _app.Channels.PublishAsync("a", "t", i);

        var page = await _app.Channels.ReadAsync("a", limit: 3);
        var rest = await _app.Channels.ReadAsync("a", new From.Position(page.Epoch, page.Next!.Value - 1));

        Assert.Equal(["1", "2", "3"], page.Events.Select(e => Encoding.UTF8.GetString(e.Data.Span)));
        Assert.Equal([4L, 5L], rest.Events.Select(e => e.Offset));
        Assert.Null(rest.Next);
    }

    private sealed class LastWords(IServiceProvider services, TaskCompletionSource<Receipt> last) : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            last.SetResult(await services.GetRequiredService<IChannels>().PublishAsync("a", "t", "the last", cancellationToken: cancellationToken));
    }
}
