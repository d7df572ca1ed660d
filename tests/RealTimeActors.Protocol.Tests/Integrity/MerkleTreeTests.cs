using System.Security.Cryptography;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Protocol.Tests.Integrity;

public sealed class MerkleTreeTests
{
    /// <summary>The leaves with which implementations of RFC 6962 are commonly tested, and the roots over the first 1, 2 … of them.</summary>
    private static readonly string[] _leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    private static readonly string[] _roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Has_the_roots_of_RFC_6962()
    {
        for (var count = 1; count <= _leaves.Length; count++)
        {
            byte[] leaves = [.. _leaves.Take(count).SelectMany(leaf => SHA256.HashData([0, .. Convert.FromHexString(leaf)]))];

            Assert.Equal(_roots[count - 1], Convert.ToHexStringLower(RootOf(leaves)));
        }
    }

    [Fact]
    public void The_root_of_nothing_is_the_hash_of_nothing() => Assert.Equal(SHA256.HashData([]), RootOf([]));

    [Fact]
    public void Every_leaf_of_trees_of_any_size_has_a_path_that_leads_to_the_root_from_its_own_place_only()
    {
        for (var count = 1; count <= 70; count++)
        {
            var leaves = Chance(count);
            var root = RootOf(leaves);
            var climbed = new byte[32];
            for (var i = 0; i < count; i++)
            {
                var path = MerkleTree.Path(leaves, i);
                Assert.True(MerkleTree.TryClimb(leaves.AsSpan(i * 32, 32), i, count, path, climbed));
                Assert.Equal(root, climbed);

                Assert.False(MerkleTree.TryClimb(leaves.AsSpan(i * 32, 32), i, count, [.. path, new byte[32]], climbed));
                Assert.False(path.Count > 0 && MerkleTree.TryClimb(leaves.AsSpan(i * 32, 32), i, count, [.. path.SkipLast(1)], climbed));
                Assert.False(MerkleTree.TryClimb(leaves.AsSpan(i * 32, 32), count, count, path, climbed));
                var other = (i + 1) % count;
                Assert.False(count > 1 && MerkleTree.TryClimb(leaves.AsSpan(i * 32, 32), other, count, path, climbed) && climbed.AsSpan().SequenceEqual(root));
            }
        }
    }

    [Fact]
    public void A_run_of_events_has_the_root_of_the_tree_over_all_of_them_however_long_it_is()
    {
        var leaves = Chance(1_000);
        var range = new EventsRange();
        for (var count = 0; count < 1_000; count++)
        {
            Assert.Equal(RootOf(leaves.AsSpan(0, count * 32)), range.Root());
            range.Add(leaves.AsSpan(count * 32, 32));
            Assert.Equal(count + 1, range.Count);
        }
    }

    private static byte[] RootOf(ReadOnlySpan<byte> leaves)
    {
        var root = new byte[32];
        MerkleTree.Root(leaves, root);
        return root;
    }

    private static byte[] Chance(int count)
    {
        var leaves = new byte[count * 32];
        new Random(count).NextBytes(leaves);
        return leaves;
    }
}
