using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.TestKit.Time;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication.Jwks;

[SuppressMessage("Design", "CA1001", Justification = "The runner disposes of it, in its own way.")]
public sealed class RotationTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new(Now);
    private readonly LogCapture _log = new();
    private readonly string _old = Sign("""{"alg":"RS256","kid":"old"}""", Claims, RsaKey);
    private readonly string _new = Sign("""{"alg":"ES256","kid":"new"}""", Claims, EcKey);
    private JwksServer _issuer = null!;
    private JwtAuthenticator? _authenticator;

    public async Task InitializeAsync() => _issuer = await JwksServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_authenticator is not null)
            await _authenticator.DisposeAsync();

        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_waits_for_the_first_fetch()
    {
        _issuer.Publish(JwksServer.Jwk("old", Rsa));

        Begin();

        Assert.Equal("u1", (await AcceptedAsync(_old)).User);
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_the_first_token_names_it_and_the_old_one_goes_when_it_is_not_named_any_more()
    {
        _issuer.Publish(JwksServer.Jwk("old", Rsa));
        Begin();
        await AcceptedAsync(_old);

        _issuer.Publish(JwksServer.Jwk("old", Rsa), JwksServer.Jwk("new", Ec));
        _time.Advance(TimeSpan.FromSeconds(11));
        await AcceptedAsync(_new);
        await AcceptedAsync(_old);

        _issuer.Publish(JwksServer.Jwk("new", Ec));
        _time.Advance(TimeSpan.FromSeconds(11));
        await RejectedAsync(Sign("""{"alg":"ES256","kid":"newer"}""", Claims, EcKey));
        // It was verified before, and is remembered; its key counts no more all the same.
        await RejectedAsync(_old);
        await AcceptedAsync(_new);
    }

    [Fact]
    public async Task The_set_is_fetched_again_on_a_period_without_any_token()
    {
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _issuer.Publish(JwksServer.Jwk("old", Rsa));
        Begin();
        await AcceptedAsync(_old);
        _issuer.Answer = async http =>
        {
            // Held: otherwise the next period might begin before anybody has counted.
            again.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted);
        };

        await AdvanceUntilAsync(again.Task, TimeSpan.FromMinutes(1));

        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task Many_tokens_that_name_unknown_keys_cause_one_fetch()
    {
        _issuer.Publish(JwksServer.Jwk("old", Rsa));
        Begin();
        await AcceptedAsync(_old);
        _time.Advance(TimeSpan.FromSeconds(11));

        var tokens = Enumerable.Range(0, 200).Select(i => Sign("{\"alg\":\"ES256\",\"kid\":\"k" + i + "\"}", Claims, EcKey));
        var replies = await Task.WhenAll(tokens.Select(AskAsync));

        Assert.All(replies, reply => Assert.IsType<AuthenticationReply.Rejected>(reply));
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task An_issuer_that_is_not_there_makes_tokens_unavailable_until_it_is()
    {
        _issuer.Answer = static http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        Begin(SharedKey("own"));

        var reply = Assert.IsType<AuthenticationReply.Unavailable>(await AskAsync(_old));
        Assert.Contains("try again", reply.Reason, StringComparison.Ordinal);
        // A key of the configuration needs no issuer.
        await AcceptedAsync(Sign("""{"alg":"HS256","kid":"own"}""", Claims));

        _issuer.Publish(JwksServer.Jwk("old", Rsa));
        _time.Advance(TimeSpan.FromSeconds(11));
        await AcceptedAsync(_old);
        Assert.Equal(1, _log.Count("answered by 503 until they can"));
    }

    [Fact]
    public async Task An_issuer_that_fails_later_changes_nothing_and_is_told_of_once()
    {
        _issuer.Publish(JwksServer.Jwk("old", Rsa));
        Begin();
        await AcceptedAsync(_old);

        _issuer.Answer = static http => http.Response.WriteAsync("<html>maintenance</html>");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(11));
            Assert.IsType<AuthenticationReply.Unavailable>(await AskAsync(_new));
            await AcceptedAsync(Sign("""{"alg":"RS256","kid":"old"}""", ClaimsWith($",\"n\":{i}"), RsaKey));
        }

        Assert.Equal(1, _log.Count("Warning"));
        Assert.Equal(1, _log.Count("Those that were fetched before go on being used"));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await JwksServer.StartAsync();
        elsewhere.Publish(JwksServer.Jwk("new", Ec));
        var url = elsewhere.Url.ToString();
        _issuer.Answer = http =>
        {
            http.Response.Redirect(url);
            return Task.CompletedTask;
        };

        Begin();

        Assert.IsType<AuthenticationReply.Unavailable>(await AskAsync(_new));
        Assert.Equal(0, elsewhere.Fetches);
    }

    [Fact]
    public async Task A_set_that_is_too_large_or_never_ends_is_given_up()
    {
        _issuer.Answer = static async http =>
        {
            var piece = new byte[65_536];
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        };

        Begin();

        Assert.IsType<AuthenticationReply.Unavailable>(await AskAsync(_new));
        Assert.Equal(1, _log.Count("at most 262144 bytes are expected"));
    }

    [Fact]
    public async Task A_token_does_not_wait_for_an_issuer_that_does_not_answer()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _issuer.Answer = async http =>
        {
            asked.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted);
        };
        Begin();
        await asked.Task.WaitAsync(Patience.Limit);

        var reply = AskAsync(_new);
        await AdvanceUntilAsync(reply, TimeSpan.FromSeconds(1));

        Assert.IsType<AuthenticationReply.Unavailable>(await reply);
    }

    private void Begin(params JwtKey[] keys) =>
        _authenticator = new JwtAuthenticator(new JwtOptions { Keys = keys, JwksUrl = _issuer.Url }, _time, _log.For<JwtAuthenticator>());

    private Task<AuthenticationReply> AskAsync(string token) => PendingAuthentication.AskAsync(replyTo => _authenticator!.Authenticate(token, null, replyTo), Patience.Limit, CancellationToken.None);

    private async Task<Identity> AcceptedAsync(string token) => Assert.IsType<AuthenticationReply.Accepted>(await AskAsync(token)).Identity;

    private async Task RejectedAsync(string token) => Assert.IsType<AuthenticationReply.Rejected>(await AskAsync(token));

    /// <summary>Moves the time on by and by until it has happened: nobody tells when somebody begins to wait.</summary>
    private async Task AdvanceUntilAsync(Task happens, TimeSpan step)
    {
        var limit = DateTime.UtcNow + Patience.Limit;
        while (!happens.IsCompleted && DateTime.UtcNow < limit)
        {
            _time.Advance(step);
            await Task.Yield();
        }

        await happens.WaitAsync(Patience.Limit);
    }
}
