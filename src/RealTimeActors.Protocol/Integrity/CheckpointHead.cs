using System.Text;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Where a channel's log stood when a checkpoint was made. PROTOCOL.md, "Checkpoints".</summary>
/// <param name="Channel">Whose log.</param>
/// <param name="Epoch">The life of the log at its newest event.</param>
/// <param name="Offset">The newest event.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="From">The first event that came since the checkpoint before, in which the channel stood.</param>
/// <param name="EventsRoot">The root of the tree over the hashes of the events <paramref name="From"/> to <paramref name="Offset"/>.</param>
public sealed record CheckpointHead(string Channel, string Epoch, long Offset, ReadOnlyMemory<byte> Hash, long From, ReadOnlyMemory<byte> EventsRoot)
{
    private const byte LeafPrefix = 0;
    private const int FixedBytes = 1 + 16 + (6 * sizeof(int)) + (2 * sizeof(long)) + (2 * EventHash.Bytes);

    private static ReadOnlySpan<byte> Domain => "realtime.v1.head"u8;

    /// <summary>How many events the tree below <see cref="EventsRoot"/> has.</summary>
    public long Count => Offset - From + 1;

    /// <summary>Whether an event came since the checkpoint before, and is in the tree below <see cref="EventsRoot"/>.</summary>
    public bool Covers(long offset) => offset >= From && offset <= Offset;

    /// <summary>The hashes with which heads stand in the trees of a checkpoint, 32 bytes each.</summary>
    public static byte[] Leaves(IReadOnlyList<CheckpointHead> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        var leaves = new byte[heads.Count * EventHash.Bytes];
        var lengths = new int[heads.Count];
        var bytes = 0;
        for (var i = 0; i < heads.Count; i++)
        {
            lengths[i] = FixedBytes + Encoding.UTF8.GetByteCount(heads[i].Channel) + Encoding.UTF8.GetByteCount(heads[i].Epoch);
            bytes += Sha256Lanes.PaddedBytes(lengths[i]);
        }

        var inputs = new byte[bytes];
        var left = inputs.AsSpan();
        for (var i = 0; i < heads.Count; i++)
        {
            var padded = left[..Sha256Lanes.PaddedBytes(lengths[i])];
            var at = 0;
            heads[i].Write(padded, ref at);
            Sha256Lanes.Pad(padded, lengths[i]);
            left = left[padded.Length..];
        }

        Sha256Lanes.HashMany(inputs, lengths, leaves);
        return leaves;
    }

    private void Write(Span<byte> to, ref int at)
    {
        to[at++] = LeafPrefix;
        Domain.CopyTo(to[at..]);
        at += Domain.Length;
        EventHash.Put(to, ref at, Channel);
        EventHash.Put(to, ref at, Epoch);
        EventHash.Put(to, ref at, Offset);
        EventHash.Put(to, ref at, Hash.Span);
        EventHash.Put(to, ref at, From);
        EventHash.Put(to, ref at, EventsRoot.Span);
    }
}
