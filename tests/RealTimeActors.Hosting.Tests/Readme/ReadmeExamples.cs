using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Client;
using RealTimeActors.Hosting.Events;
using RealTimeActors.Hosting.Health;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Hosting.Tests.Support;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hosting.Tests.Readme;

/// <summary>The examples of the README, run.</summary>
public sealed partial class ReadmeExamples : IAsyncLifetime
{
    private TestApplication _app = null!;

    public async Task InitializeAsync() => _app = await TestApplication.StartAsync(map: MapGrants);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Publishes_what_a_page_was_asked_for_and_follows_it()
    {
        var channels = _app.Channels;
        using var posted = await _app.Http.PostAsync("/grants/g7?amount=1200", null);
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);

        using var stopping = new CancellationTokenSource();
        var stop = stopping.Token;
        var following = Task.Run(() => FollowAsync(channels, stop));
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following.WaitAsync(Patience.Limit));
        Assert.Equal("""{"id":"g7","amount":1200}""", System.Text.Encoding.UTF8.GetString((await channels.ReadAsync("funding.grants")).Events.Single().Data.Span));
    }

    [Fact]
    public async Task A_subscriber_books_what_was_published()
    {
        var channels = _app.Channels;
        var ledger = new Ledger();

        await using var billing = await channels.SubscribeAsync(
            "funding.grants",
            new SubscriberOptions { Name = "billing" },
            async (received, stop) => await ledger.BookAsync(received, stop));
        await channels.PublishAsync("funding.grants", "grant.opened", new { id = "g7", amount = 1200 });

        Assert.Equal("grant.opened", await ledger.Booked.NextAsync());
    }

    [Fact]
    public async Task A_union_of_records_is_folded()
    {
        var channels = _app.Channels;
        var amounts = new Dictionary<string, decimal>();
        var problems = new List<string>();

        var grants = channels.Of<GrantEvent>("funding.grants");
        await grants.PublishAsync(new GrantEvent.Opened("g7", 1200));
        await using var list = await grants.SubscribeAsync("grant-list", (received, stop) =>
        {
            switch (received.Event)
            {
                case GrantEvent.Opened opened:
                    amounts[opened.Id] = opened.Amount;
                    break;
                case GrantEvent.Raised raised:
                    amounts[raised.Id] += raised.By;
                    break;
                case null:
                    problems.Add(received.Problem!);
                    break;
            }

            return ValueTask.CompletedTask;
        });
        await channels.PublishAsync("funding.grants", "grant.frozen", 1);
        var told = new PublishOptions { Confirm = Confirm.Delivered, DeliveredTimeout = Patience.Limit };
        await grants.PublishAsync(new GrantEvent.Raised("g7", 300), told);

        Assert.Equal(1500, amounts["g7"]);
        Assert.Contains("'grant.frozen' is not known here", problems.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_are_named_one_by_one()
    {
        var channels = _app.Channels;

        var types = new EventTypes<GrantEvent>()
            .Add<GrantEvent.Opened>("grant.opened")
            .Add<GrantEvent.Raised>("grant.raised")
            .WithJson(GrantJson.Default.Options);
        var grants = channels.Of("funding.grants", types);

        Assert.Equal(1, (await grants.PublishAsync(new GrantEvent.Raised("g7", 1))).Offset);
    }

    [Fact]
    public async Task Is_configured_in_code()
    {
        await using var application = Configured(WebApplication.CreateBuilder());

        var settings = application.Services.GetRequiredService<ServerSettings>();

        Assert.Equal(("/var/lib/funding", TimeSpan.FromDays(30)), (settings.DataDirectory, settings.Engine.SessionExpiry));
        Assert.Equal(["audit.>", "cursor.>", "funding.>"], settings.Engine.Channels.Select(rule => rule.Pattern.Text).Order(StringComparer.Ordinal));
        Assert.Equal(["https://funding.example.org"], settings.Edge.Origins);
    }

    private static void MapGrants(WebApplication app) =>
        app.MapPost("/grants/{id}", async (string id, decimal amount, IChannels channels) =>
        {
            var receipt = await channels.PublishAsync("funding.grants", "grant.opened", new { id, amount });
            return Results.Accepted(value: new { receipt.Offset });
        });

    private static async Task FollowAsync(IChannels channels, CancellationToken stop)
    {
        await foreach (var received in channels.FollowAsync("funding.grants", new SubscriberOptions { From = From.Earliest }, stop))
            Console.WriteLine($"{received.Offset} {received.Event.Type} {received.Read<JsonElement>()}");
    }

    private static WebApplication Configured(WebApplicationBuilder builder)
    {
        builder.AddRealTimeActors(options =>
        {
            options.DataDirectory = "/var/lib/funding";
            options.Origins.Add("https://funding.example.org");
            options.Channels.Add(new ChannelRule("cursor.>") { IsDurable = false });
            options.Channels.Add(new ChannelRule("audit.>") { RetentionAge = TimeSpan.FromDays(90) });
            options.Channels.Add(new ChannelRule("funding.>") { MergeFields = new Dictionary<string, string> { ["amount"] = "sum" } });
            options.Set("realtime.session.expiry", "30d");
        });
        builder.AddRealTimeActors(options => options.UseAspNetIdentity = true);
        builder.Services.AddHealthChecks().AddRealTimeActors();
        return builder.Build();
    }

    /// <summary>Compiled only: it runs until it is stopped. The sample's test runs the like of it as a process.</summary>
    internal static void Smallest(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddRealTimeActors();

        var app = builder.Build();
        app.MapRealTimeActors();
        app.Run();
    }

    private sealed class Ledger
    {
        internal Box<string> Booked { get; } = new();

        internal ValueTask BookAsync(ReceivedEvent received, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            return Booked.PutAsync(received.Event.Type);
        }
    }

    public abstract record GrantEvent(string Id)
    {
        public sealed record Opened(string Id, decimal Amount) : GrantEvent(Id);

        public sealed record Raised(string Id, decimal By) : GrantEvent(Id);
    }

    [JsonSerializable(typeof(GrantEvent.Opened))]
    [JsonSerializable(typeof(GrantEvent.Raised))]
    private sealed partial class GrantJson : JsonSerializerContext;
}
