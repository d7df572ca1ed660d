using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealTimeActors.Client;
using RealTimeActors.EndToEnd.Tests.Infrastructure;
using RealTimeActors.Hosting.Health;
using RealTimeActors.Hosting.Tests.Support;
using RealTimeActors.Protocol;

namespace RealTimeActors.Hosting.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Is_healthy_when_the_node_is_ready_and_its_journal_can_be_written()
    {
        await using var app = await StartAsync();

        Assert.Equal("Healthy", await app.Http.GetStringAsync("/health"));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(app.Application, "ready")).Status);
        Assert.Empty((await CheckAsync(app.Application, "another tag")).Entries);
    }

    [Fact]
    public async Task Says_that_the_node_starts_and_that_it_drains()
    {
        var directory = TestApplication.NewDirectory();
        await using (var application = Build(directory))
        {
            var before = await CheckAsync(application);
            await application.StartAsync();
            await application.StopAsync();
            var after = await CheckAsync(application);

            Assert.Equal((HealthStatus.Unhealthy, "The server is starting."), (before.Status, Describe(before)));
            Assert.Equal((HealthStatus.Unhealthy, "The server is stopping."), (after.Status, Describe(after)));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Is_degraded_when_a_handler_has_failed_for_good_until_it_is_begun_again()
    {
        await using var app = await StartAsync();
        await app.Channels.PublishAsync("prices", "price.changed", 1);
        var subscription = await app.Channels.SubscribeAsync(
            "prices",
            new SubscriberOptions { Name = "billing", Attempts = 2, RetryAfter = TimeSpan.Zero },
            (_, _) => throw new InvalidOperationException("no such account"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => subscription.Completion.WaitAsync(Patience.Limit));

        var failed = await CheckAsync(app.Application);
        await using var again = await app.Channels.SubscribeAsync("prices", new SubscriberOptions { Name = "billing" }, (_, _) => ValueTask.CompletedTask);
        var recovered = await CheckAsync(app.Application);

        Assert.Equal(HealthStatus.Degraded, failed.Status);
        Assert.Equal("Handlers fail: billing in prices has ended: InvalidOperationException at offset 1 of prices: no such account", Describe(failed));
        Assert.Equal(HealthStatus.Healthy, recovered.Status);
    }

    [RootFact]
    public async Task Says_that_the_disk_is_full_and_notices_by_itself_that_there_is_room_again()
    {
        using var disk = SmallDisk.Mount(mebibytes: 8);
        await using var app = await StartAsync(options => options.DataDirectory = disk.Path);
        await app.Channels.PublishAsync("prices", "price.changed", 0);
        disk.FillUp();

        var refused = await Assert.ThrowsAsync<RealTimeException>(() => PublishForEverAsync(app.Channels));
        var down = await CheckAsync(app.Application);
        disk.MakeRoom();
        await BecomesHealthyAsync(app.Application);

        Assert.Equal(ErrorCode.Overloaded, refused.Error);
        Assert.Equal(HealthStatus.Unhealthy, down.Status);
        Assert.Contains("is full. What was acknowledged is kept.", Describe(down), StringComparison.Ordinal);
    }

    private static async Task PublishForEverAsync(IChannels channels)
    {
        while (true)
            await channels.PublishAsync("prices", "price.changed", new string('x', 4_000));
    }

    private static async Task BecomesHealthyAsync(WebApplication application)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while ((await CheckAsync(application)).Status != HealthStatus.Healthy)
            patience.Token.ThrowIfCancellationRequested();
    }

    private static Task<TestApplication> StartAsync(Action<RealTimeActorsOptions>? configure = null) => TestApplication.StartAsync(
        configure,
        build: static builder => builder.Services.AddHealthChecks().AddRealTimeActors(), map: static application => application.MapHealthChecks("/health"));

    private static WebApplication Build(string directory) =>
        TestApplication.Build(directory, build: static builder => builder.Services.AddHealthChecks().AddRealTimeActors());

    private static Task<HealthReport> CheckAsync(WebApplication application, string? tag = null) =>
        application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => tag is null || check.Tags.Contains(tag));

    private static string Describe(HealthReport report) => report.Entries["realtime"].Description!;
}
