using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary>What a channel does for those who wait while its shard is handed over.</summary>
public sealed class HandOverTests
{
    private const string Channel = "a.b";
    private readonly TestCluster _cluster = new(new EngineOptions { EventSourcing = new() { SnapshotEvery = 80 } });
    private readonly TestClient _publisher;

    public HandOverTests()
    {
        _publisher = _cluster.Connect("edge-1");
        if (_cluster.OwnerOf(Channel) != "core-1")
            _cluster.Move(Channel, "core-1");
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(9, null)]
    public void The_next_node_reads_a_snapshot_and_not_everything_since_the_last_one_but_for_a_few_events(int events, int? snapshot)
    {
        Publish(events);

        _cluster.Move(Channel, "core-2");

        Assert.Equal(snapshot, Loaded().Snapshot?.Sequence);
    }

    [Fact]
    public void So_it_is_where_events_were_on_their_way_to_the_disk_when_the_shard_began_to_move()
    {
        // Nobody waits for the snapshot: it comes in time where the lease takes longer than a flush.
        _cluster.AccessOf("core-2").LatencyMax = TimeSpan.FromMilliseconds(100);
        Publish(15);
        _cluster.DiskOf("core-1").FlushMin = _cluster.DiskOf("core-1").FlushMax = TimeSpan.FromMilliseconds(10);
        Publish(5, settles: false);

        Move();
        _cluster.Advance(1);

        Assert.Equal(20, Loaded().Snapshot?.Sequence);
        Assert.Equal(20, _publisher.Frames.OfType<ServerFrame.Receipt>().Count(receipt => receipt.Status == ReceiptStatus.Persisted));
    }

    [Fact]
    public void What_waits_for_its_turn_when_the_shard_begins_to_move_goes_to_the_disk_together()
    {
        _cluster.DiskOf("core-1").FlushMin = _cluster.DiskOf("core-1").FlushMax = TimeSpan.FromMilliseconds(50);
        for (var i = 0; i < 3; i++)
        {
            // The first is being flushed, the second waits for the disk, and the third for the first.
            Publish(1, settles: false);
            _cluster.Advance(0.01);
        }

        Move();
        _cluster.Advance(0.1);

        Assert.Equal("core-2", _cluster.OwnerOf(Channel));
        Assert.Equal(3, _publisher.Frames.OfType<ServerFrame.Receipt>().Count(receipt => receipt.Status == ReceiptStatus.Persisted));
    }

    private void Move() => _cluster["core-1"].Place.Tell(new ClusterOrder.Move(Sharding.ShardMap.ShardOf(Channel, _cluster.Options.Shards), "core-2"));

    private void Publish(int count, bool settles = true)
    {
        for (var i = 0; i < count; i++)
            _publisher.Send($$$"""{"id":{{{i + 2}}},"publish":{"channel":"{{{Channel}}}","type":"t","data":{{{i}}}}}""", settles);
    }

    private JournalReply.Loaded Loaded()
    {
        var asker = new Probe<JournalReply>(_cluster.World.NewSystem(), "asker");
        _cluster.Database.OpenJournals(new DiskFaults()).Under(default).Load(ChannelActor.StreamOf(ChannelName.Parse(Channel)), asker.Ref);
        _cluster.Settle();
        return Assert.IsType<JournalReply.Loaded>(asker.Next());
    }
}
