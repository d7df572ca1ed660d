using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Tests.Integrity.Checkpoints;

public sealed class HeadTreeTests
{
    [Fact]
    public void Has_the_root_over_all_heads_whatever_moves_and_comes()
    {
        var chance = new Random(20261121);
        var tree = new HeadTree();
        var expected = new SortedDictionary<string, CheckpointHead>(StringComparer.Ordinal);
        for (var number = 1; number <= 300; number++)
        {
            var channels = new SortedSet<string>(Enumerable.Range(0, chance.Next(6)).Select(_ => $"c{chance.Next(60)}"), StringComparer.Ordinal);
            CheckpointHead[] moved = [.. channels.Select(channel => Head(channel, number))];
            foreach (var head in moved)
                expected[head.Channel] = head;

            tree.Move(moved, number);

            // Not each time: what changed in several goes is hashed in one.
            if (number % 3 == 0)
                continue;

            var root = new byte[32];
            MerkleTree.Root(CheckpointHead.Leaves([.. expected.Values]), root);
            Assert.Equal(root, tree.Root());
        }

        Assert.Equal(expected.Values, tree.CopyHeads());
        Assert.All(expected, pair => Assert.Equal((pair.Value, pair.Value.Offset), tree.Find(pair.Key)));
        Assert.Null(tree.Find("other"));
    }

    private static CheckpointHead Head(string channel, long offset) => new(channel, "e1", offset, new byte[32], offset, new byte[32]);
}
