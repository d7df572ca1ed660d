using System.Net;
using System.Text;
using System.Text.Json;
using RealTimeActors.Edge.Tests.Support;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.Tests.HttpApi;

public sealed class PresenceTests : IAsyncLifetime
{
    private EdgeServer _server = null!;
    private PresenceCommand.Read? _asked;

    public async Task InitializeAsync()
    {
        _server = await EdgeServer.StartAsync();
        _server.Engine.OnPresence = command =>
        {
            _asked = (PresenceCommand.Read)command;
            Member[] members = [new Member("s-1", "an\"na", Encoding.UTF8.GetBytes("""{"n":1.50,"t":"ü"}""")), new Member("s-2", null, Encoding.UTF8.GetBytes("null"))];
            _asked.ReplyTo.Tell(new PresenceReply.Page(_asked.Channel, _asked.Tag, 5_000, members, "s-2"));
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_page_says_who_is_there_and_how_many_with_their_states_as_they_are()
    {
        var text = await _server.Http.GetStringAsync("/v1/channels/funding.grants/presence?limit=2&after=s-0");

        Assert.Equal(("funding.grants", 2, "s-0"), (_asked!.Channel.Value, _asked.Limit, _asked.AfterKey));
        Assert.Equal("""{"count":5000,"items":[{"session":"s-1","user":"an\"na","state":{"n":1.50,"t":"ü"}},{"session":"s-2","state":null}],"next":"s-2"}""", text);
    }

    [Fact]
    public async Task The_first_page_needs_no_parameters()
    {
        using var page = JsonDocument.Parse(await _server.Http.GetStringAsync("/v1/channels/a/presence"));

        Assert.Equal((100, null), (_asked!.Limit, _asked.AfterKey));
        Assert.Equal(5_000, page.RootElement.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task What_is_no_channel_is_refused_before_anybody_is_asked()
    {
        using var response = await _server.Http.GetAsync("/v1/channels/a..b/presence");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(_asked);
    }
}
