using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests;

/// <summary>A node among the pages of somebody's own application.</summary>
public sealed class ApplicationTests
{
    private const string Events = "/v1/channels/funding.grants/events";

    [Fact]
    public async Task Publishes_reads_and_is_healthy_beside_the_applications_own_pages()
    {
        await using var app = await TestApplication.StartAsync();

        var published = await PublishAsync(app.Http, Events, "grant.opened");
        var page = await app.Http.GetFromJsonAsync<JsonElement>(Events);

        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        Assert.Equal("grant.opened", page.GetProperty("items")[0].GetProperty("type").GetString());
        Assert.Equal("the application's own page", await app.Http.GetStringAsync("/"));
        Assert.Equal("""{"status":"ready"}""", await app.Http.GetStringAsync("/readyz"));
        Assert.Equal("""{"status":"alive"}""", await app.Http.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task The_applications_own_wrong_addresses_faults_and_pages_for_foreign_origins_stay_its_own()
    {
        await using var app = await TestApplication.StartAsync();

        using var missing = await app.Http.GetAsync("/nothing");
        using var failed = await app.Http.PostAsync("/fails", null);
        using var foreign = await SendAsync(app.Http, HttpMethod.Get, "/", ("Origin", "https://elsewhere.example"));

        Assert.Equal((HttpStatusCode.NotFound, ""), (missing.StatusCode, await missing.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (failed.StatusCode, await failed.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.OK, foreign.StatusCode);
        Assert.False(foreign.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Turns_foreign_origins_away_answers_preflights_and_explains_what_is_wrong_with_its_own_addresses()
    {
        await using var app = await TestApplication.StartAsync(options => options.Origins.Add("https://app.example"));

        using var foreign = await SendAsync(app.Http, HttpMethod.Get, Events, ("Origin", "https://elsewhere.example"));
        using var preflight = await SendAsync(app.Http, HttpMethod.Options, Events, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"));
        using var bad = await app.Http.GetAsync("/v1/channels/bad..name/events");

        Assert.Equal((HttpStatusCode.Forbidden, 103), (foreign.StatusCode, await CodeOfAsync(foreign)));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("https://app.example", preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal((HttpStatusCode.BadRequest, 101), (bad.StatusCode, await CodeOfAsync(bad)));
    }

    [Fact]
    public async Task Stands_below_a_prefix_with_its_web_socket()
    {
        await using var app = await TestApplication.StartAsync(prefix: "/realtime");

        using var published = await PublishAsync(app.Http, "/realtime" + Events, "grant.opened");
        using var unprefixed = await app.Http.GetAsync(Events);
        var welcome = await HelloAsync(app.Address, "/realtime/v1/ws");

        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unprefixed.StatusCode);
        Assert.StartsWith("{\"id\":1,\"welcome\":", welcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speaks_web_socket_over_http_2_where_the_application_does()
    {
        await using var app = await TestApplication.StartAsync(
            build: static builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)));

        var welcome = await HelloAsync(app.Address, "/v1/ws", HttpVersion.Version20);

        Assert.StartsWith("{\"id\":1,\"welcome\":", welcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("realtime")]
    [InlineData("/realtime/")]
    public async Task Refuses_a_prefix_that_is_none(string prefix)
    {
        var directory = TestApplication.NewDirectory();

        var refused = Assert.Throws<ArgumentException>(() => TestApplication.Build(directory, prefix: prefix));

        Assert.Contains("/realtime", refused.Message, StringComparison.Ordinal);
        await Task.Run(() => Directory.Delete(directory, recursive: true));
    }

    [Fact]
    public async Task Two_applications_live_in_one_process_and_know_nothing_of_each_other()
    {
        await using var one = await TestApplication.StartAsync();
        await using var other = await TestApplication.StartAsync();

        await one.Channels.PublishAsync("funding.grants", "grant.opened", new { Id = 1 });
        var ofOne = await one.Channels.ReadAsync("funding.grants");
        var ofOther = await other.Channels.ReadAsync("funding.grants");

        Assert.Single(ofOne.Events);
        Assert.Empty(ofOther.Events);
    }

    [Fact]
    public async Task Obeys_conventions_that_the_application_puts_on_its_endpoints()
    {
        await using var app = await TestApplication.StartAsync(
            build: static builder =>
            {
                builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.Events.OnRedirectToLogin = Refuse401);
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });

        using var refused = await app.Http.GetAsync(Events);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task The_applications_own_authentication_says_who_asks_and_what_he_may()
    {
        await using var app = await TestApplication.StartAsync(
            options => options.UseAspNetIdentity = true,
            build: static builder => builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(),
            map: static application => application.MapPost("/sign-in", static () => TypedResults.SignIn(new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim("sub", "anna"), new Claim("channels", """{"funding.>":["publish","history","subscribe"]}""")], CookieAuthenticationDefaults.AuthenticationScheme)))));

        using var stranger = await app.Http.GetAsync(Events);
        using var signedIn = await app.Http.PostAsync("/sign-in", null);
        var cookie = ("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var published = await SendAsync(app.Http, HttpMethod.Post, Events, cookie);
        var welcome = await HelloAsync(app.Address, "/v1/ws", cookie: cookie.Item2, subscribe: """{"channel":"funding.grants"},{"channel":"salaries"}""");
        using var elsewhere = await SendAsync(app.Http, HttpMethod.Get, "/v1/channels/salaries/events", cookie);

        Assert.Equal((HttpStatusCode.Unauthorized, 102), (stranger.StatusCode, await CodeOfAsync(stranger)));
        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        Assert.Equal((HttpStatusCode.Forbidden, 103), (elsewhere.StatusCode, await CodeOfAsync(elsewhere)));
        Assert.Contains("funding.grants", welcome, StringComparison.Ordinal);
        Assert.DoesNotContain("salaries", welcome, StringComparison.Ordinal);
        Assert.Equal("anna", (await app.Channels.ReadAsync("funding.grants")).Events.Single().User);
    }

    [Fact]
    public async Task Whom_an_administrator_puts_out_is_out_over_HTTP_too_until_he_signs_in_again()
    {
        await using var app = await TestApplication.StartAsync(
            options => options.UseAspNetIdentity = true,
            build: static builder => builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(),
            map: static application => application.MapPost("/sign-in/{user}/{seconds}", static (string user, int seconds) => TypedResults.SignIn(new ClaimsPrincipal(new ClaimsIdentity(
                [
                    new Claim("sub", user),
                    new Claim("iat", DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                    new Claim("channels", user == "boss" ? """{">":["admin"]}""" : """{"funding.>":["publish"]}"""),
                ],
                CookieAuthenticationDefaults.AuthenticationScheme)))));

        // Each with his own cookie alone.
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Http.BaseAddress };
        var (boss, anna) = (await SignInAsync("boss", 0), await SignInAsync("anna", -10));
        using var published = await SendAsync(http, HttpMethod.Post, Events, anna);
        using var order = new HttpRequestMessage(HttpMethod.Post, "/v1/users/anna/disconnect") { Headers = { { boss.Item1, boss.Item2 } } };
        using var putOut = await http.SendAsync(order);
        using var refused = await SendAsync(http, HttpMethod.Post, Events, anna);
        using var again = await SendAsync(http, HttpMethod.Post, Events, await SignInAsync("anna", 2));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (published.StatusCode, putOut.StatusCode));
        Assert.Equal((HttpStatusCode.Unauthorized, 102), (refused.StatusCode, await CodeOfAsync(refused)));
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);

        async Task<(string, string)> SignInAsync(string user, int seconds)
        {
            using var signedIn = await http.PostAsync(FormattableString.Invariant($"/sign-in/{user}/{seconds}"), null);
            return ("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        }
    }

    [Fact]
    public async Task Says_that_the_services_are_missing()
    {
        await using var application = WebApplication.CreateBuilder().Build();

        var missing = Assert.Throws<InvalidOperationException>(() => application.MapRealTimeActors());

        Assert.Contains("AddRealTimeActors", missing.Message, StringComparison.Ordinal);
    }

    private static Task Refuse401<T>(Microsoft.AspNetCore.Authentication.RedirectContext<T> redirect)
        where T : Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions
    {
        redirect.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static Task<HttpResponseMessage> PublishAsync(HttpClient http, string path, string type) =>
        http.PostAsJsonAsync(path, new { type, data = new { id = 7 } });

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (method == HttpMethod.Post)
            request.Content = JsonContent.Create(new { type = "grant.opened", data = 1 });

        return await http.SendAsync(request);
    }

    private static async Task<int> CodeOfAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetInt32();

    private static async Task<string> HelloAsync(Uri address, string path, Version? version = null, string? cookie = null, string subscribe = "")
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        socket.Options.HttpVersion = version ?? HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (cookie is not null)
            socket.Options.SetRequestHeader("Cookie", cookie);

        await socket.ConnectAsync(new Uri($"ws://{address.Authority}{path}"), invoker, patience.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes($$$"""{"id":1,"hello":{"subscribe":[{{{subscribe}}}]}}"""), WebSocketMessageType.Text, true, patience.Token);
        var buffer = new byte[4_096];
        var read = await socket.ReceiveAsync(buffer, patience.Token);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
