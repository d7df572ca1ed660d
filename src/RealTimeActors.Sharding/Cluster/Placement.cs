using System.Buffers.Binary;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>Which node should have which shard: rendezvous hashing (Thaler and Ravishankar 1998), weighted. Pure: whoever sees the same nodes and weights finds the same.</summary>
/// <remarks>The score of a node for a shard is <c>-weight / ln(u)</c>, where u in (0, 1) comes from a hash of both; the highest has it. When a node comes or goes, or its weight changes, only
/// shards move to it or from it. The hash is FNV-1a as in <see cref="ShardMap"/>, over the node's name, a zero and the shard (4 bytes, little-endian), finished by the mixing steps of SplitMix64
/// (Steele, Lea and Flood 2014), because FNV alone spreads the last bytes badly.</remarks>
public static class Placement
{
    /// <summary>The owner that a shard should have; null where there is no node.</summary>
    /// <param name="shard">Which.</param>
    /// <param name="nodes">Name and weight of those that take shards; a weight is above 0.</param>
    public static string? OwnerOf(int shard, IReadOnlyList<(string Node, double Weight)> nodes)
    {
        string? owner = null;
        var highest = double.NegativeInfinity;
        foreach (var (node, weight) in nodes)
        {
            var score = -weight / Math.Log(Fraction(node, shard));
            if (score > highest || (score == highest && string.CompareOrdinal(node, owner) < 0))
                (owner, highest) = (node, score);
        }

        return owner;
    }

    /// <summary>What a node's load makes of its weight: an idle one takes twice what a full one takes. In steps of an eighth, so that shards do not follow every breath.</summary>
    /// <param name="load">0 idle, 1 full.</param>
    public static double WeightOf(double load) => 1 - (Math.Round(Math.Clamp(load, 0, 1) * 4, MidpointRounding.AwayFromZero) / 8);

    private static double Fraction(string node, int shard)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, shard);
        var hash = 14695981039346656037UL;
        foreach (var c in node)
        {
            hash = (hash ^ (byte)c) * 1099511628211UL;
            hash = (hash ^ (byte)(c >> 8)) * 1099511628211UL;
        }

        hash *= 1099511628211UL;
        foreach (var b in number)
            hash = (hash ^ b) * 1099511628211UL;

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        hash ^= hash >> 31;
        return ((hash >> 11) + 0.5) * (1.0 / (1UL << 53));
    }
}
