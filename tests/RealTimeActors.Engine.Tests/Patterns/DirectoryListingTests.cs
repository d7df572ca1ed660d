using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>How a directory that begins learns what there is, where shards are on other nodes.</summary>
public sealed class DirectoryListingTests
{
    private readonly SimulatedWorld _world = new(1);
    private readonly Probe<object> _otherNode;
    private readonly Probe<DirectoryReply> _edge;
    private readonly IActorRef<object> _directory;

    public DirectoryListingTests()
    {
        var system = _world.NewSystem();
        _otherNode = new Probe<object>(system, "other-node");
        _edge = new Probe<DirectoryReply>(system, "edge");
        var journal = new SimulatedJournal(new SimulatedDisk(_world.Entropy.Fork("disk")), _world.Time);
        var channels = new ShardRegion<ChannelCommand>(system, "channels", 1, new ShardOptions<ChannelCommand>
        {
            EntityIdOf = command => command.Channel.Value,
            CreateWith = _ => (_, _) => throw new InvalidOperationException("No channel is here."),
            EntityOptions = new ActorOptions(),
        });
        channels.Tell(0, new ShardMessage.Elsewhere(_otherNode.Ref, 1));
        _directory = system.Spawn<object>("directory", () => new ChannelDirectory(journal, channels, _world.Entropy.Fork("directory"), new EngineOptions()));
    }

    [Fact]
    public void Another_node_whose_answer_is_lost_is_asked_again()
    {
        _directory.Tell(new DirectoryCommand.ReadPage(ChannelPattern.Parse("p.>"), "", "page", _edge.Ref));
        _world.Advance(TimeSpan.FromMilliseconds(100));
        Assert.IsType<ShardMessage.ListHere>(_otherNode.Next());
        _world.Advance(TimeSpan.FromSeconds(1));

        Answer("p.a");

        Assert.Equal(["p.a"], Assert.IsType<DirectoryReply.Page>(_edge.Next()).Channels.Select(channel => channel.Channel.Value));
    }

    [Fact]
    public void One_that_could_not_be_asked_is_not_taken_for_one_that_has_nothing()
    {
        _directory.Tell(new DirectoryCommand.ReadPage(ChannelPattern.Parse("p.>"), "", "page", _edge.Ref));
        _world.Advance(TimeSpan.FromMilliseconds(100));
        var asked = Assert.IsType<ShardMessage.ListHere>(_otherNode.Next());

        asked.ReplyTo.Tell(new ShardEntities("channels", 0, 0, []) { IsKnown = false });
        _world.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Empty(_edge.Messages);
        _world.Advance(TimeSpan.FromSeconds(1));
        Answer("p.a");

        Assert.Single(Assert.IsType<DirectoryReply.Page>(_edge.Next()).Channels);
    }

    private void Answer(string channel)
    {
        Assert.IsType<ShardMessage.ListHere>(_otherNode.Next()).ReplyTo.Tell(new ShardEntities("channels", 0, 1, [channel]));
        _world.Advance(TimeSpan.FromMilliseconds(100));
    }
}
