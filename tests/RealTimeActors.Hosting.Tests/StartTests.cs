using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests;

/// <summary>What an application is told when its node cannot start.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _directory = TestApplication.NewDirectory();

    [Fact]
    public async Task Tells_all_that_is_wrong_in_code_and_configuration_by_key_and_at_once()
    {
        var bad = await FailsAsync(
            options =>
            {
                options.DrainWithin = TimeSpan.FromHours(2);
                options.Channels.Add(new ChannelRule("funding.>.more"));
                options.Set("realtime.limits.conections", "5").Set("limits.subscriptions", "5");
            },
            ("realtime:session:heartbeat", "soon"),
            ("realtime:http:port", "8080"),
            ("realtime:channels:0:pattern", "a..b"));

        Assert.Collection(
            bad.Problems.Order(StringComparer.Ordinal),
            problem => Assert.StartsWith("limits.subscriptions: a key is expected to begin with 'realtime.'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("realtime.channels.0.pattern (in code): a channel pattern is expected; 'funding.>.more' came", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("realtime.channels.1.pattern: a channel pattern is expected; 'a..b' came", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("realtime.drain.within (in code): a duration from 0s to 10m", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("realtime.http.port: this key is for the server", problem, StringComparison.Ordinal),
            problem => Assert.Equal("realtime.limits.conections (in code): this key is not known; did you mean realtime.limits.connections?", problem),
            problem => Assert.StartsWith("realtime.session.heartbeat: a duration", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    public async Task Refuses_to_be_reachable_by_others_while_nobody_is_asked_who_he_is(string url)
    {
        await using var application = TestApplication.Build(_directory, build: builder => builder.WebHost.UseUrls(url));

        var refused = await Assert.ThrowsAsync<SettingsException>(() => application.StartAsync());

        Assert.StartsWith("realtime.auth.mode: with 'none' the application is expected to listen on loopback only", refused.Message, StringComparison.Ordinal);
        Assert.Contains("UseAspNetIdentity", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_taken_before_the_addresses_are_known_to_be_allowed()
    {
        // The node opens its gate in the same phase in which this one looks in from outside, but after it: the visitor was registered first.
        var visit = new TaskCompletionSource<HttpStatusCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _directory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService(services => new Visitor(services, visit));
        builder.AddRealTimeActors();
        await using var application = builder.Build();
        application.MapRealTimeActors();

        await application.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await visit.Task.WaitAsync(Patience.Limit));
        await application.StopAsync();
    }

    [Fact]
    public async Task Without_its_addresses_a_node_may_live_anywhere()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _directory });
        builder.WebHost.UseUrls("http://0.0.0.0:0");
        builder.AddRealTimeActors(options => options.Journal = JournalProvider.Memory);
        await using var application = builder.Build();

        await application.StartAsync();
        var receipt = await application.Services.GetRequiredService<IChannels>().PublishAsync("a", "t", 1);

        Assert.Equal(1, receipt.Offset);
        await application.StopAsync();
    }

    [Fact]
    public async Task With_tokens_it_may_be_reached_by_others_and_its_own_process_needs_none()
    {
        await using var application = TestApplication.Build(
            _directory,
            options => options.Set("realtime.auth.mode", "jwt").Set("realtime.auth.jwt.hs256-secret", "only-for-this-test-0123456789-abcdefgh"),
            builder => builder.WebHost.UseUrls("http://0.0.0.0:0"));
        await application.StartAsync();
        var channels = application.Services.GetRequiredService<IChannels>();
        var seen = new Box<long>();

        await channels.PublishAsync("a", "t", 1);
        await using var subscription = await channels.SubscribeAsync("a", new SubscriberOptions { Name = "billing" }, (received, _) => seen.PutAsync(received.Offset));
        using var http = new HttpClient { BaseAddress = new Uri(application.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
        using var refused = await http.GetAsync("/v1/channels/a/events");

        Assert.Equal(1, await seen.NextAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await application.StopAsync();
    }

    [Fact]
    public async Task Lives_in_a_host_without_a_web_server_and_reads_a_section_of_its_own()
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("other:realtime:data-directory", (string?)"journal-here")]).Build().GetSection("other:realtime");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _directory });
        builder.AddRealTimeActors(section, options => options.Node = "worker");
        using var host = builder.Build();

        await host.StartAsync();
        var receipt = await host.Services.GetRequiredService<IChannels>().PublishAsync("a", "t", 1);
        await host.StopAsync();

        Assert.Equal(1, receipt.Offset);
        Assert.True(File.Exists(Path.Combine(_directory, "journal-here", "journal.db")));
    }

    [Fact]
    public async Task Rules_said_in_code_come_before_those_of_the_configuration_and_both_count()
    {
        await using var app = await TestApplication.StartAsync(
            options => options.Channels.Add(new ChannelRule("cursor.>") { IsDurable = false }),
            configuration: [("realtime:channels:0:pattern", "cursor.>"), ("realtime:channels:1:pattern", "mouse.>"), ("realtime:channels:1:durability", "ephemeral")]);

        var rules = app.Application.Services.GetRequiredService<ServerSettings>().Engine.Channels;

        Assert.Equal([("cursor.>", false), ("cursor.>", true), ("mouse.>", false)], rules.Select(rule => (rule.Pattern.Text, rule.Settings.IsDurable)));
    }

    [Fact]
    public async Task Says_which_journal_another_application_holds()
    {
        await using var first = await TestApplication.StartAsync(directory: _directory);

        var held = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var second = TestApplication.Build(_directory);
            await second.StartAsync();
        });

        Assert.Contains(Path.Combine(_directory, "data"), held.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<SettingsException> FailsAsync(Action<RealTimeActorsOptions> configure, params (string Key, string Value)[] configuration)
    {
        return await Assert.ThrowsAsync<SettingsException>(async () =>
        {
            await using var application = TestApplication.Build(_directory, configure, configuration: configuration);
            await application.StartAsync();
        });
    }

    private sealed class Visitor(IServiceProvider services, TaskCompletionSource<HttpStatusCode> visit) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StartedAsync(CancellationToken cancellationToken)
        {
            var address = services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features
                .Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First();
            using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience.Limit };
            using var answer = await http.PostAsJsonAsync("/v1/channels/a/events", new { type = "t", data = 1 }, cancellationToken);
            visit.TrySetResult(answer.StatusCode);
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
