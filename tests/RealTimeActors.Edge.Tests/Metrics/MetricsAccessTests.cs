using System.Net;
using System.Net.Http.Headers;
using RealTimeActors.Edge.Authentication.Issuing;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tests.Metrics;

public sealed class MetricsAccessTests
{
    private const string Scraper = "a-scraper-s-own-token-0123456789";
    private static readonly string[] _asksForTokens =
    [
        "realtime.auth.mode=jwt", "realtime.auth.jwt.hs256-secret=0123456789abcdef0123456789abcdef", $"realtime.telemetry.prometheus.token={Scraper}",
    ];

    [Fact]
    public async Task Where_tokens_are_asked_for_it_takes_an_administrator_or_the_scraper()
    {
        await using var server = await RealServer.StartAsync(_asksForTokens);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/metrics", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/metrics", Scraper + "x"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "/metrics", TokenWith(Rights.All, "orders.>")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/metrics", TokenWith(Rights.Admin, ">")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/metrics", Scraper));
    }

    [Fact]
    public async Task The_scraper_s_token_opens_nothing_else()
    {
        await using var server = await RealServer.StartAsync(_asksForTokens);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/v1/channels/orders/events", Scraper));
    }

    [Fact]
    public async Task What_becomes_of_tokens_is_counted()
    {
        await using var server = await RealServer.StartAsync(_asksForTokens);
        await StatusAsync(server, "/metrics", "nonsense");
        await StatusAsync(server, "/metrics", TokenWith(Rights.Admin, ">"));
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Scraper);

        var figures = await server.Http.ScrapeUntilAsync("realtime_authentications_total outcome=accepted", 1);

        Assert.Equal(1, figures["realtime_authentications_total outcome=rejected"]);
        Assert.Equal(1, figures["realtime_errors_total code=unauthenticated transport=http"]);
    }

    [Fact]
    public async Task An_operator_may_open_it()
    {
        await using var server = await RealServer.StartAsync([.. _asksForTokens, "realtime.telemetry.prometheus.access=open"]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/metrics", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/v1/channels/orders/events", null));
    }

    [Fact]
    public async Task Where_nobody_is_asked_a_page_under_another_name_gets_nothing()
    {
        await using var server = await RealServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "evil.example" } };

        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "/metrics", null));
    }

    [Theory]
    [InlineData("realtime.telemetry.prometheus.token=short", "realtime.telemetry.prometheus.token")]
    [InlineData("realtime.telemetry.otlp.endpoint=collector:4317", "realtime.telemetry.otlp.endpoint")]
    [InlineData("realtime.telemetry.otlp.endpoint=http://user:secret@collector", "realtime.telemetry.otlp.endpoint")]
    [InlineData("""realtime.telemetry.otlp.headers=["my secret"]""", "realtime.telemetry.otlp.headers")]
    [InlineData("realtime.telemetry.traces.sample=0.5", "realtime.telemetry.traces.sample")]
    public void Settings_that_cannot_work_are_named_without_their_secrets(string set, string path)
    {
        var bad = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsSource.Load(null, [set])));

        var problem = Assert.Single(bad.Problems);
        Assert.StartsWith(path, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.Replace("may be a secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(RealServer server, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await server.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static string TokenWith(Rights rights, string pattern)
    {
        var jwt = SettingsReader.Read(SettingsSource.Load(null, _asksForTokens)).Jwt!;
        return new TokenIssuer(jwt, TimeProvider.System).Issue(new TokenRequest { Subject = "u1", Lifetime = TimeSpan.FromMinutes(5), Channels = [new ChannelGrant(ChannelPattern.Parse(pattern), rights)] });
    }
}
