using System.Runtime.InteropServices;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// Events that a channel took in one run, and whose hashes are still to be computed: all together before the run ends, because many commitments at a time cost a third of what they cost one by one.
/// </summary>
/// <remarks>Nobody sees a hash before its row is written, which is at the end of the run: until then the place for it is empty.
/// <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c></remarks>
internal sealed class EventSeals
{
    private const int KeptMax = 1_024;

    private readonly List<ReadOnlyMemory<byte>> _data = [];
    private readonly List<ReadOnlyMemory<byte>> _salts = [];
    private readonly List<ChainLink> _links = [];
    private byte[] _commitments = [];

    /// <summary>Takes an event.</summary>
    /// <param name="e">Its hash is the place that is filled.</param>
    /// <param name="epoch">The life of the log.</param>
    /// <param name="salt">Its random salt.</param>
    /// <param name="previousHash">The place for the hash of the event before.</param>
    /// <param name="hash">The place for its own.</param>
    internal void Add(ChannelEvent e, string epoch, ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> previousHash, Memory<byte> hash)
    {
        _data.Add(e.Data);
        _salts.Add(salt);
        _links.Add(new ChainLink(e, epoch, previousHash, hash));
    }

    /// <summary>Computes the hashes of all.</summary>
    internal void Seal()
    {
        if (_links.Count == 0)
            return;

        if (_commitments.Length < _links.Count * EventHash.Bytes)
            _commitments = new byte[_links.Count * EventHash.Bytes];

        EventHash.CommitMany(CollectionsMarshal.AsSpan(_data), CollectionsMarshal.AsSpan(_salts), _commitments);
        EventHash.ComputeMany(CollectionsMarshal.AsSpan(_links), _commitments);
        Forget();
    }

    private void Forget()
    {
        _data.Clear();
        _salts.Clear();
        _links.Clear();
        if (_links.Capacity <= KeptMax)
            return;

        _data.TrimExcess();
        _salts.TrimExcess();
        _links.TrimExcess();
        _commitments = [];
    }
}
