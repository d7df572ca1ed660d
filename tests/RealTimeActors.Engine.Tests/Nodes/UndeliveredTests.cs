using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>What nobody takes: whoever asked is told what is not known, and what is told again does not go in circles.</summary>
public sealed class UndeliveredTests
{
    [Fact]
    public void That_a_session_is_not_there_is_not_said_where_nobody_could_be_asked()
    {
        var cluster = new TestCluster(cores: 0, edges: 1);
        var answers = new List<InspectionReply>();

        cluster["edge-1"].Engine.Inspector.Tell(new InspectionCommand.ShowSession("s-1", cluster.Into("edge-1", answers)));
        cluster.Advance(10);

        var refused = Assert.IsType<InspectionReply.Refused>(Assert.Single(answers));
        Assert.Equal(ErrorCode.Overloaded, refused.Code);
        Assert.Contains("s-1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_shard_has_no_room_for_is_told_again_after_a_pause_until_it_has()
    {
        var cluster = new TestCluster(cores: 0, edges: 1);
        var node = cluster["edge-1"].Engine;
        var runs = 0;
        cluster.World.Dispatcher.OnRun = (_, _) => Assert.InRange(++runs, 1, 50_000);

        for (var i = 0; i < 10_100; i++)
            node.Channels.Tell(new ChannelCommand.Unfollow(ChannelName.Parse("a"), $"s-{i}"));

        cluster.Advance(2);

        Assert.NotEqual(0, runs);
    }

    [Fact]
    public void A_connection_that_its_session_cannot_be_told_of_for_too_long_is_ended()
    {
        var cluster = new TestCluster(cores: 0, edges: 1);
        var node = cluster["edge-1"].Engine;
        var replies = new List<SessionReply>();
        var edge = cluster.Into("edge-1", replies);
        var sessions = node.WellKnown.Single(actor => actor.Name == "sessions");

        for (var i = 0; i < 20_001; i++)
            sessions.Tell(new SessionCommand.Attach("s", default, null, new ConnectionRef($"c-{i}", edge), [], []));

        cluster.Advance(1);
        Assert.Equal("c-20000", Assert.IsType<SessionReply.NotOpened>(Assert.Single(replies)).ConnectionId);
    }
}
