namespace RealTimeActors.Sharding;

/// <summary>Which shard an entity belongs to: a hash that is written down, the same in every process and version.</summary>
/// <remarks>FNV-1a, 64 bits (Fowler, Noll, Vo; offset basis 14695981039346656037, prime 1099511628211) over the UTF-16 code units of the id, low
/// byte first; its upper half folded into the lower by XOR; modulo the number of shards.</remarks>
public static class ShardMap
{
    /// <summary>The shard of an entity, 0 … <paramref name="shards"/>-1.</summary>
    public static int ShardOf(string entityId, int shards)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in entityId)
        {
            hash = (hash ^ (byte)c) * 1099511628211UL;
            hash = (hash ^ (byte)(c >> 8)) * 1099511628211UL;
        }

        return (int)((uint)(hash ^ (hash >> 32)) % (uint)shards);
    }
}
