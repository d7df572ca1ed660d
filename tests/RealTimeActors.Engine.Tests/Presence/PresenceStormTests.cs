using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using Xunit.Abstractions;

namespace RealTimeActors.Engine.Tests.Presence;

/// <summary>Five thousand in one channel: what each of them gets stays small, whatever all of them do at once.</summary>
public sealed class PresenceStormTests(ITestOutputHelper output)
{
    private const int Crowd = 5_000;
    private readonly TestNode _node = new(new EngineOptions { Edges = 4, Heartbeat = TimeSpan.FromHours(1) });

    [Fact]
    public void Five_thousand_who_join_change_and_crash_at_once_cost_each_of_them_a_frame_a_second()
    {
        var watcher = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"c","presence":"members"}}""");
        var sees = new PresenceSeen("c").Look(watcher);
        var before = watcher.ReceivedBytes;
        var crowd = new TestClient[Crowd];

        for (var i = 0; i < Crowd; i++)
        {
            crowd[i] = _node.Accept(i % 2 == 0 ? WireFormat.WebSocketJson : WireFormat.WebSocketProtobuf)
                .Send("""{"id":1,"hello":{}}""" + "\n" + """{"id":2,"presence":{"channel":"c","state":{"cursor":[1,2],"name":"somebody with a name"}}}""", settles: false);
        }

        _node.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Crowd, sees.Look(watcher).Count);
        Assert.InRange(sees.Frames, 1, 6);
        Assert.All(crowd, client => Assert.InRange(client.Frames.OfType<ServerFrame.PresenceDiff>().Count(), 1, 6));
        Assert.All(crowd, client => Assert.Single(client.Frames.OfType<ServerFrame.Ok>()));

        // Everybody changes his state ten times in a second: fifty thousand changes, and nobody hears of them.
        foreach (var client in crowd)
            client.Forget();

        for (var round = 0; round < 10; round++)
        {
            foreach (var client in crowd)
                client.Send($$$$"""{"presence":{"channel":"c","state":{"cursor":[{{{{round}}}},2]}}}""", settles: false);

            _node.World.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.All(crowd, client => Assert.Empty(client.Frames));

        var frames = sees.Look(watcher).Frames;
        for (var i = 0; i < Crowd - 3; i++)
            crowd[i].Drop(settles: false);

        _node.World.Advance(TimeSpan.FromSeconds(20));
        sees.Look(watcher);

        Assert.Equal(3, sees.Count);
        Assert.Equal(3, sees.Members!.Count);
        Assert.InRange(sees.Frames - frames, 1, 4);
        output.WriteLine($"the watcher took {sees.Frames} frames and {watcher.ReceivedBytes - before} bytes; one of the crowd {crowd[^1].ReceivedBytes} in all");
        Assert.InRange(watcher.ReceivedBytes - before, 1, 8_192);
        Assert.InRange(crowd[^1].ReceivedBytes, 1, 8_192);
    }

    [Fact]
    public void As_many_as_are_listed_and_change_all_the_time_cost_each_of_them_so_many_bytes_a_second_at_most()
    {
        var state = $"\"{new string('x', 1_000)}\"";
        var crowd = Enumerable.Range(0, 200)
            .Select(_ => _node.Accept().Send("""{"id":1,"hello":{}}""" + "\n" + $$$"""{"id":2,"presence":{"channel":"c","state":{{{state}}}}}""", settles: false)).ToArray();
        _node.World.Advance(TimeSpan.FromSeconds(10));
        var before = crowd[0].ReceivedBytes;

        for (var round = 0; round < 100; round++)
        {
            foreach (var client in crowd)
                client.Send($$$"""{"presence":{"channel":"c","state":["{{{round}}}",{{{state}}}]}}""", settles: false);

            _node.World.Advance(TimeSpan.FromMilliseconds(200));
        }

        _node.World.Advance(TimeSpan.FromSeconds(10));
        var bytesPerSecond = (crowd[0].ReceivedBytes - before) / 30;
        output.WriteLine($"{bytesPerSecond} bytes per second and receiver");
        Assert.InRange(bytesPerSecond, 1_000, 2 * PresencePace.BytesPerSecondMax);
        Assert.All(crowd, client => Assert.Null(client.ClosedWith));
        var sees = new PresenceSeen("c").Look(crowd[0]);
        Assert.All(sees.Members!, member => Assert.StartsWith("[\"99\"", System.Text.Encoding.UTF8.GetString(member.State.Span)));
    }
}
