using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Sharding.Tests.Cluster;

public sealed class ClusterCodecTests
{
    private static readonly NodeIncarnation _node = new("größe-1", 77);
    private readonly ClusterCodec _codec = new(new CountCodec());

    public static TheoryData<object> Messages =>
    [
        new ClusterTalk.Hold(_node, new OwnedShard(3, 1_000_000)), new ClusterTalk.Held(_node, new OwnedShard(0, 1)), new ClusterTalk.Offer(_node, new OwnedShard(4_095, long.MaxValue), IsOrdered: false), new ClusterTalk.Offer(_node, new OwnedShard(4_095, 7), IsOrdered: true),
        new ClusterTalk.ReachedAt(_node, "wss://edge-1.example.org/v1/ws"), new ClusterTalk.Count(_node, 7),
        new ClusterOrder.Undrain(), new ClusterOrder.Drain(), new ClusterOrder.Leave(), new ClusterOrder.Move(7, "core-2"),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_cluster_actors_say_is_read_as_it_was_written(object message) => Assert.Equal(message, _codec.Read(Written(message), null!));

    [Fact]
    public void Who_owns_many_shards_says_so_in_one_message()
    {
        var owns = new ClusterTalk.Owns(_node, [.. Enumerable.Range(0, 300).Select(shard => new OwnedShard(shard, shard * 3))]);

        var read = Assert.IsType<ClusterTalk.Owns>(_codec.Read(Written(owns), null!));

        Assert.Equal(owns.From, read.From);
        Assert.Equal(owns.Shards, read.Shards);
    }

    [Fact]
    public void What_a_node_counts_is_read_as_it_was_written_and_nothing_of_it_may_be_missing()
    {
        var counts = new ClusterTalk.Counts(_node, 8, new NodeFigures(new ClientCounts(1_000_000, 12), [new(new OwnedShard(3, 9), new ShardCounts(5, 70_000, 1), 1L << 40, 2), new(new OwnedShard(4, 1), default, 0, 0)]));

        var read = Assert.IsType<ClusterTalk.Counts>(_codec.Read(Written(counts), null!));

        Assert.Equal((counts.From, counts.Number, counts.Figures.Clients), (read.From, read.Number, read.Figures.Clients));
        Assert.Equal(counts.Figures.Shards, read.Figures.Shards);
        var bytes = Written(counts);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<InvalidDataException>(() => _codec.Read(cut, null!));
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_ends_early_is_damaged_and_nothing_worse(object message)
    {
        var bytes = Written(message);

        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<InvalidDataException>(() => _codec.Read(cut, null!));
        }
    }

    [Fact]
    public void Messages_of_everybody_else_go_by_their_own_codec_whose_fingerprint_counts()
    {
        var fault = Assert.Throws<InvalidDataException>(() => _codec.Read(new byte[] { 0, 99 }, null!));

        Assert.Equal("no count", fault.Message);
        Assert.EndsWith("/count", _codec.Fingerprint, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => _codec.Read(new byte[] { 9 }, null!));
    }

    private byte[] Written(object message)
    {
        var to = new PayloadWriter();
        _codec.Write(message, null!, to);
        return to.ToArray();
    }
}
