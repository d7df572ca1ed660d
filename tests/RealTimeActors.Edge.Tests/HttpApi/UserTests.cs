using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class UserTests : IAsyncLifetime
{
    private EdgeServer _server = null!;
    private UserCommand? _asked;

    public async Task InitializeAsync()
    {
        _server = await EdgeServer.StartAsync();
        _server.Engine.OnUser = command =>
        {
            _asked = command;
            switch (command)
            {
                case UserCommand.Disconnect disconnect:
                    disconnect.ReplyTo.Tell(new UserReply.Disconnected(null, disconnect.User, 2, disconnect.Revokes ? 1_795_255_200_000 : null));
                    break;
                case UserCommand.Unsubscribe unsubscribe:
                    unsubscribe.ReplyTo.Tell(new UserReply.Unsubscribed(null, unsubscribe.User, 3, 2));
                    break;
            }
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("", true, false)]
    [InlineData("{}", true, false)]
    [InlineData("""{"revoke":false}""", false, false)]
    [InlineData("""{"stayAway":true,"revoke":null}""", true, true)]
    public async Task Puts_a_user_out_as_it_was_said(string body, bool revokes, bool staysAway)
    {
        var (status, answer) = await PostAsync("u1/disconnect", body);

        Assert.Equal(HttpStatusCode.OK, status);
        var command = Assert.IsType<UserCommand.Disconnect>(_asked);
        Assert.Equal(("u1", revokes, staysAway), (command.User, command.Revokes, command.StaysAway));
        Assert.Equal(("u1", 2), (answer.GetProperty("user").GetString(), answer.GetProperty("connections").GetInt32()));
        Assert.Equal(revokes ? "2026-11-21T10:00:00.000Z" : null, answer.GetProperty("revokedBefore").GetString());
    }

    [Fact]
    public async Task Ends_subscriptions_to_a_pattern()
    {
        var (status, answer) = await PostAsync("u1/unsubscribe", """{"channel":"funding.>"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("funding.>", Assert.IsType<UserCommand.Unsubscribe>(_asked).Channels.Text);
        Assert.Equal(("funding.>", 3, 2), (answer.GetProperty("channel").GetString(), answer.GetProperty("subscriptions").GetInt32(), answer.GetProperty("connections").GetInt32()));
    }

    [Theory]
    [InlineData("auth0%7Ca%2Fb", "auth0|a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("j%C3%BCrgen%20k", "jürgen k")]
    [InlineData("a+b@example.org", "a+b@example.org")]
    public async Task The_name_in_the_path_is_decoded_once(string segment, string user)
    {
        var (status, _) = await PostAsync($"{segment}/disconnect", "");

        Assert.Equal((HttpStatusCode.OK, user), (status, _asked!.User));
    }

    [Theory]
    [InlineData("u1/disconnect", "[]", 400, 101, "is expected")]
    [InlineData("u1/disconnect", """{"revoke":"yes"}""", 400, 101, "revoke is expected to be true or false")]
    [InlineData("u1/unsubscribe", "", 400, 101, "")]
    [InlineData("u1/unsubscribe", "{}", 400, 101, "has no channel")]
    [InlineData("u1/unsubscribe", """{"channel":"a b"}""", 400, 101, "channel name")]
    [InlineData("%ff/disconnect", "", 400, 101, "not UTF-8")]
    [InlineData("a%0ab/disconnect", "", 400, 101, "control characters")]
    public async Task Refuses_what_cannot_be_done(string path, string body, int status, int code, string message)
    {
        var (answered, problem) = await PostAsync(path, body);

        Assert.Equal((status, code), ((int)answered, problem.GetProperty("code").GetInt32()));
        Assert.Contains(message, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(_asked);
    }

    [Fact]
    public async Task Refuses_a_name_that_no_token_can_have()
    {
        var (status, problem) = await PostAsync($"{new string('x', Identity.UserCharsMax + 1)}/disconnect", "");

        Assert.Equal((HttpStatusCode.BadRequest, 101), (status, problem.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task Hands_on_what_Core_refuses()
    {
        _server.Engine.OnUser = command => ((UserCommand.Disconnect)command).ReplyTo.Tell(new UserReply.Refused(null, ErrorCode.Timeout, "Edge 1 did not answer."));

        var (status, problem) = await PostAsync("u1/disconnect", "");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 114, "same"), (status, problem.GetProperty("code").GetInt32(), problem.GetProperty("retry").GetString()));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _server.Http.PostAsync(new Uri($"{_server.Address.AbsoluteUri}v1/users/{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
