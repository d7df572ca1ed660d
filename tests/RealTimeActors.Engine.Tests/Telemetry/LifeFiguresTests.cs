using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Telemetry;

public sealed class LifeFiguresTests : IDisposable
{
    private readonly MeterProbe _figures = new();
    private readonly TestNode _node;

    public LifeFiguresTests() => _node = new TestNode(
        new EngineOptions { SessionExpiry = TimeSpan.FromHours(1), PassivateAfter = TimeSpan.FromMinutes(1) }, meters: _figures.Meters);

    public void Dispose() => _figures.Dispose();

    [Fact]
    public void Connections_and_sessions_are_counted_from_their_beginning_to_their_end()
    {
        var first = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        var second = _node.Connect();
        var resumed = Resume(first);
        second.Send("""{"id":3,"bye":{"keepSession":false}}""");
        var silent = _node.Accept();
        silent.Drop();
        _node.Connect(hello: """ "session":{"id":"s-nobody","key":"k"} """);
        _node.World.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((2, 5), (_figures["realtime.connections"], _figures["realtime.connections.opened"]));
        Assert.Equal(1, _figures["realtime.connections.closed class=44xx"]);
        Assert.Equal(1, _figures["realtime.connections.closed class=40xx"]);
        Assert.Equal(1, _figures["realtime.connections.closed class=gone"]);
        Assert.Equal((3, 1, 2), (_figures["realtime.sessions.begun"], _figures["realtime.sessions.resumed"], _figures["realtime.sessions.open"]));
        Assert.Equal(1, _figures["realtime.sessions.not_resumed reason=unknown"]);
        Assert.Equal(1, _figures["realtime.sessions.ended reason=ended"]);
        Assert.True(resumed.Welcome.Session.Resumed);
    }

    [Fact]
    public void A_session_that_nobody_came_back_to_is_counted_when_it_expires()
    {
        _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""").Drop();
        _node.World.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, _figures["realtime.sessions.ended reason=expired"]);
    }

    [Fact]
    public void Channels_that_leave_the_memory_are_counted_and_are_not_there_any_more()
    {
        var client = _node.Connect().Send("""{"id":2,"publish":{"channel":"a","type":"t","data":1}}""");
        client.Send("""{"id":3,"publish":{"channel":"b","type":"t","data":1}}""");
        Assert.Equal((2, 1), (_figures["realtime.actors.active kind=channel"], _figures["realtime.actors.active kind=session"]));

        _node.World.Advance(TimeSpan.FromMinutes(3));
        _node.Connect().Send("""{"id":4,"publish":{"channel":"a","type":"t","data":1}}""");

        Assert.Equal(1, _figures["realtime.actors.active kind=channel"]);
        Assert.Equal((3, 2), (_figures["realtime.actors.activated kind=channel"], _figures["realtime.actors.passivated kind=channel"]));
    }

    private TestClient Resume(TestClient before) =>
        _node.Connect(hello: $$""" "session":{"id":"{{before.Welcome.Session.Id}}","key":"{{before.Welcome.Session.Key}}"} """);
}
