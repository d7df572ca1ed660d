using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// The tree over the hashes of a run of events, as they come: only the roots of its whole parts are kept, and so it is small however long the run is. Its root is that of <see cref="MerkleTree"/>
/// over all of them.
/// </summary>
public sealed class EventsRange
{
    private const int Bytes = EventHash.Bytes;
    private const byte NodePrefix = 1;

    /// <summary>Hashes that are gathered before they become one part: then they are hashed together.</summary>
    private const int PartMax = 64;

    /// <summary>The roots of the parts of 64, 128, 256 … hashes, the largest first, with the number of hashes below each.</summary>
    private readonly List<(long Count, byte[] Root)> _parts = [];
    private byte[] _gathered = [];
    private int _count;

    /// <summary>How many hashes there are.</summary>
    public long Count { get; private set; }

    /// <summary>Takes the hash of the next event.</summary>
    /// <param name="hash">32 bytes.</param>
    public void Add(ReadOnlySpan<byte> hash)
    {
        if (_count * Bytes == _gathered.Length)
            Array.Resize(ref _gathered, Math.Max(Bytes, Math.Min(PartMax * Bytes, 2 * _gathered.Length)));

        hash[..Bytes].CopyTo(_gathered.AsSpan(_count * Bytes));
        _count++;
        Count++;
        if (_count < PartMax)
            return;

        var root = new byte[Bytes];
        MerkleTree.Root(_gathered, root);
        _count = 0;
        var size = (long)PartMax;
        while (_parts.Count > 0 && _parts[^1].Count == size)
        {
            Join(_parts[^1].Root, root, root);
            _parts.RemoveAt(_parts.Count - 1);
            size *= 2;
        }

        _parts.Add((size, root));
    }

    /// <summary>The root over everything so far.</summary>
    public byte[] Root()
    {
        var root = new byte[Bytes];
        var isBegun = _count > 0 || _parts.Count == 0;
        if (isBegun)
            MerkleTree.Root(_gathered.AsSpan(0, _count * Bytes), root);

        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            if (isBegun)
                Join(_parts[i].Root, root, root);
            else
                _parts[i].Root.CopyTo(root, 0);

            isBegun = true;
        }

        return root;
    }

    private static void Join(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> node)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Bytes)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Bytes)..]);
        Sha256.Hash(input, node);
    }
}
