using System.Buffers;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// The trees of checkpoints, shaped as in RFC 6962: a node is SHA-256(01 ‖ left ‖ right), the left side holds the largest power of two of leaves that leaves something for the right. PROTOCOL.md,
/// "Checkpoints".
/// </summary>
public static class MerkleTree
{
    private const int Bytes = EventHash.Bytes;
    private const int NodeBytes = 1 + (2 * Bytes);
    private const byte NodePrefix = 1;
    private const int NodesAtOnce = 64;

    /// <summary>The root over leaves; of none it is SHA-256 of nothing, of one it is that leaf.</summary>
    /// <param name="leaves">32 bytes each.</param>
    /// <param name="root">Receives 32 bytes.</param>
    public static void Root(ReadOnlySpan<byte> leaves, Span<byte> root)
    {
        var count = CountOf(leaves);
        if (count <= 1)
        {
            if (count == 0)
                Sha256.Hash([], root);
            else
                leaves.CopyTo(root);

            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent((count + 1) / 2 * Bytes);
        var level = rented.AsSpan();
        Parents(leaves, level);
        for (count = (count + 1) / 2; count > 1; count = (count + 1) / 2)
            Parents(level[..(count * Bytes)], level);

        level[..Bytes].CopyTo(root);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>What must be joined to a leaf, from below, to come to the root.</summary>
    /// <param name="leaves">32 bytes each.</param>
    /// <param name="index">Which of them, from 0.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Path(ReadOnlySpan<byte> leaves, int index)
    {
        var count = CountOf(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        var path = new List<ReadOnlyMemory<byte>>();
        var level = leaves.ToArray();
        for (; count > 1; count = (count + 1) / 2, index /= 2)
        {
            var sibling = index ^ 1;
            if (sibling < count)
                path.Add(level.AsSpan(sibling * Bytes, Bytes).ToArray());

            Parents(level.AsSpan(0, count * Bytes), level);
        }

        return path;
    }

    /// <summary>Where a leaf and its path lead.</summary>
    /// <param name="leaf">32 bytes.</param>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="count">Leaves of the tree.</param>
    /// <param name="path">From <see cref="Path"/>.</param>
    /// <param name="root">Receives 32 bytes.</param>
    /// <returns>False: there is no such place, or the path is too short or too long for it.</returns>
    public static bool TryClimb(ReadOnlySpan<byte> leaf, long index, long count, IReadOnlyList<ReadOnlyMemory<byte>> path, Span<byte> root)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (leaf.Length != Bytes || index < 0 || index >= count)
            return false;

        Span<byte> node = stackalloc byte[NodeBytes];
        node[0] = NodePrefix;
        leaf.CopyTo(root);
        var used = 0;
        for (; count > 1; count = (count + 1) / 2, index /= 2)
        {
            // The last of an odd number has nobody beside it, and goes up as it is.
            if ((index ^ 1) >= count)
                continue;

            if (used == path.Count || path[used].Length != Bytes)
                return false;

            var isLeft = index % 2 == 0;
            root[..Bytes].CopyTo(node[(isLeft ? 1 : 1 + Bytes)..]);
            path[used++].Span.CopyTo(node[(isLeft ? 1 + Bytes : 1)..]);
            Sha256.Hash(node, root);
        }

        return used == path.Count;
    }

    /// <summary>The next level above: pairs become their node, the last of an odd number goes up as it is. May be written over the level that it is made of.</summary>
    /// <param name="level">32 bytes each.</param>
    /// <param name="parents">Receives 32 bytes for each pair.</param>
    public static void Parents(ReadOnlySpan<byte> level, Span<byte> parents)
    {
        var pairs = level.Length / (2 * Bytes);
        var room = Sha256Lanes.PaddedBytes(NodeBytes);
        Span<byte> nodes = stackalloc byte[Math.Min(NodesAtOnce, pairs) * room];
        Span<int> lengths = stackalloc int[NodesAtOnce];
        lengths.Fill(NodeBytes);
        for (var done = 0; done < pairs;)
        {
            var some = Math.Min(NodesAtOnce, pairs - done);
            for (var i = 0; i < some; i++)
            {
                var node = nodes.Slice(i * room, room);
                node[0] = NodePrefix;
                level.Slice((done + i) * 2 * Bytes, 2 * Bytes).CopyTo(node[1..]);
                Sha256Lanes.Pad(node, NodeBytes);
            }

            Sha256Lanes.HashMany(nodes[..(some * room)], lengths[..some], parents[(done * Bytes)..]);
            done += some;
        }

        if (level.Length % (2 * Bytes) != 0)
            level[^Bytes..].CopyTo(parents[(pairs * Bytes)..]);
    }

    private static int CountOf(ReadOnlySpan<byte> leaves) => leaves.Length % Bytes == 0
        ? leaves.Length / Bytes
        : throw new ArgumentException($"Leaves of {Bytes} bytes are expected; {leaves.Length} bytes came.", nameof(leaves));
}
