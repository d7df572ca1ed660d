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
    private readonly List<Place> _places = [];
    private byte[] _commitments = [];

    /// <summary>Takes an event.</summary>
    /// <param name="e">Its hash is the place that is filled.</param>
    /// <param name="epoch">The life of the log.</param>
    /// <param name="salt">Its random salt.</param>
    /// <param name="made">The commitment to its data with that salt; null: it is made here.</param>
    /// <param name="previousHash">The place for the hash of the event before.</param>
    /// <param name="hash">The place for its own.</param>
    internal void Add(ChannelEvent e, string epoch, ReadOnlyMemory<byte> salt, DataCommitment? made, ReadOnlyMemory<byte> previousHash, Memory<byte> hash)
    {
        _places.Add(new Place(e, epoch, made, previousHash, hash));
        if (made is not null)
            return;

        _data.Add(e.Data);
        _salts.Add(salt);
    }

    /// <summary>Computes the hashes of all.</summary>
    internal void Seal()
    {
        if (_places.Count == 0)
            return;

        if (_commitments.Length < _data.Count * EventHash.Bytes)
            _commitments = new byte[_data.Count * EventHash.Bytes];

        EventHash.CommitMany(CollectionsMarshal.AsSpan(_data), CollectionsMarshal.AsSpan(_salts), _commitments);
        ReadOnlySpan<byte> madeHere = _commitments;
        foreach (var place in _places)
        {
            var commitment = place.Made is { } made ? made.Commitment.Span : madeHere[..EventHash.Bytes];
            EventHash.Compute(place.Event, place.Epoch, commitment, place.PreviousHash.Span, place.Hash.Span);
            if (place.Made is null)
                madeHere = madeHere[EventHash.Bytes..];
        }

        Forget();
    }

    private void Forget()
    {
        _data.Clear();
        _salts.Clear();
        _places.Clear();
        if (_places.Capacity <= KeptMax)
            return;

        _data.TrimExcess();
        _salts.TrimExcess();
        _places.TrimExcess();
        _commitments = [];
    }

    private readonly record struct Place(ChannelEvent Event, string Epoch, DataCommitment? Made, ReadOnlyMemory<byte> PreviousHash, Memory<byte> Hash);
}
