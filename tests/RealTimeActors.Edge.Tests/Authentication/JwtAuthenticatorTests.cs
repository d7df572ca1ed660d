using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Actors;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.TestKit.Time;
using static RealTimeActors.Edge.Tests.Support.TokenForge;

namespace RealTimeActors.Edge.Tests.Authentication;

[SuppressMessage("Design", "CA1001", Justification = "The runner disposes of it, in its own way.")]
public sealed class JwtAuthenticatorTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new(Now);
    private readonly LogCapture _log = new();
    private readonly JwtAuthenticator _authenticator;

    public JwtAuthenticatorTests() => _authenticator = new JwtAuthenticator(new JwtOptions { Keys = [Shared] }, _time, _log.For<JwtAuthenticator>());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _authenticator.DisposeAsync();

    [Fact]
    public async Task Answers_each_question_with_its_tag()
    {
        var answers = new Answers();
        for (var i = 0; i < 1_000; i++)
            _authenticator.Authenticate(i % 2 == 0 ? Sign(Header, Claims) : "nonsense", i, answers);

        var replies = await answers.TakeAsync(1_000);

        Assert.Equal(Enumerable.Range(0, 1_000), replies.Select(reply => (int)reply.Tag!).Order());
        Assert.All(replies, reply => Assert.Equal((int)reply.Tag! % 2 == 0, reply is AuthenticationReply.Accepted));
    }

    [Fact]
    public async Task A_token_that_was_good_before_is_asked_for_its_time_again()
    {
        var token = Sign(Header, Claims);
        Assert.IsType<AuthenticationReply.Accepted>(await AskAsync(token));
        Assert.IsType<AuthenticationReply.Accepted>(await AskAsync(token));

        _time.Advance(TimeSpan.FromSeconds(3_630));

        Assert.True(Assert.IsType<AuthenticationReply.Rejected>(await AskAsync(token)).IsExpired);
    }

    [Fact]
    public async Task A_flood_of_tokens_is_put_off_and_not_kept()
    {
        var answers = new Answers();
        for (var i = 0; i < 200_000; i++)
            _authenticator.Authenticate($"{i}.bad.token", i, answers);

        var replies = await answers.TakeAsync(200_000);

        Assert.All(replies, reply => Assert.True(reply is AuthenticationReply.Rejected or AuthenticationReply.Unavailable));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Anything_at_all_is_answered(string? token) => Assert.IsType<AuthenticationReply.Rejected>(await AskAsync(token!));

    [Fact]
    public async Task A_token_that_is_too_long_is_not_even_hashed()
    {
        var reply = Assert.IsType<AuthenticationReply.Rejected>(await AskAsync(new string('a', 1_000_000)));

        Assert.Contains("8192", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var remembered = new VerifiedTokens(tokensMax: 100);
        var verified = new VerifiedToken(Shared, new JwtTimes(0, null, null), new Identity());

        for (var i = 0; i < 1_000; i++)
        {
            remembered.Add($"token {i}", verified);
            Assert.InRange(remembered.Count, 1, 100);
        }

        Assert.Same(verified, remembered.Find("token 999"));
        Assert.Null(remembered.Find("token 1"));
    }

    private Task<AuthenticationReply> AskAsync(string token) => PendingAuthentication.AskAsync(replyTo => _authenticator.Authenticate(token, null, replyTo), Patience.Limit, CancellationToken.None);

    private sealed class Answers : IActorRef<AuthenticationReply>
    {
        private readonly System.Threading.Channels.Channel<AuthenticationReply> _replies = System.Threading.Channels.Channel.CreateUnbounded<AuthenticationReply>();

        public ActorPath Path { get; } = new(null, "answers");

        public void Tell(AuthenticationReply message) => _replies.Writer.TryWrite(message);

        internal async Task<List<AuthenticationReply>> TakeAsync(int count)
        {
            var taken = new List<AuthenticationReply>();
            while (taken.Count < count)
                taken.Add(await _replies.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit));

            return taken;
        }
    }
}
