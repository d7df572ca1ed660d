using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>
/// Events of which all is hashed but the blocks from the previous hash on. Such a block waits for the event before and leaves most of the processor idle; so there is room for twice as many
/// as are hashed in lanes at a time, and while some wait the next are put together.
/// </summary>
/// <remarks>Only where <see cref="Libcrypto.IsThere"/>.</remarks>
internal readonly ref struct ChainWindow
{
    /// <summary>Events whose beginnings are hashed together: as many as there are lanes.</summary>
    internal const int Together = 16;

    /// <summary>What is to be rented.</summary>
    internal const int Bytes = Slots * (RestBytes + EventHash.Bytes);

    /// <summary>Events that there is room for.</summary>
    internal const int Slots = 2 * Together;

    /// <summary>From the block in which the previous hash begins to the last, at most.</summary>
    private const int RestBytes = 2 * Sha256Lanes.BlockBytes;

    private readonly Span<byte> _rests;
    private readonly Span<byte> _states;
    private readonly Span<Place> _places;
    private readonly Span<uint> _context;

    /// <summary>An empty one.</summary>
    /// <param name="bytes"><see cref="Bytes"/> of them; what is in them does not matter.</param>
    /// <param name="places">As many as <see cref="Slots"/>.</param>
    /// <param name="context">Zeros: <see cref="Libcrypto.ContextWords"/>.</param>
    internal ChainWindow(Span<byte> bytes, Span<Place> places, Span<uint> context)
    {
        _rests = bytes[..(Slots * RestBytes)];
        _states = bytes[_rests.Length..Bytes];
        _places = places;
        _context = context;
    }

    /// <summary>Takes what follows the beginning of an event.</summary>
    /// <param name="i">Which one. The one that was here before, twice <see cref="Together"/> events ago, has its hash.</param>
    /// <param name="rest">The last block or two, padded.</param>
    /// <param name="previousHashAt">Where in it the previous hash belongs.</param>
    internal void Hold(int i, ReadOnlySpan<byte> rest, int previousHashAt)
    {
        var slot = i % Slots;
        rest.CopyTo(_rests[(slot * RestBytes)..]);
        _places[slot] = new Place(previousHashAt, rest.Length);
    }

    /// <summary>Where the states go that came of the beginnings.</summary>
    /// <param name="i">The first of the events; a multiple of <see cref="Together"/>.</param>
    internal Span<byte> States(int i) => _states.Slice(i % Slots * EventHash.Bytes, Together * EventHash.Bytes);

    /// <summary>Puts the previous hash in, and begins with the block that it begins in. <see cref="Finish"/> follows.</summary>
    internal void Begin(int i, ReadOnlySpan<byte> previousHash)
    {
        var slot = i % Slots;
        var rest = _rests.Slice(slot * RestBytes, RestBytes);
        Vector256.Create(previousHash).CopyTo(rest[_places[slot].PreviousHashAt..]);
        Libcrypto.CopyReversed(_states.Slice(slot * EventHash.Bytes, EventHash.Bytes), MemoryMarshal.AsBytes(_context));
        Libcrypto.Continue(_context, rest[..Sha256Lanes.BlockBytes]);
    }

    /// <summary>Goes on with the other block, where there is one, and writes the hash. What is done between <see cref="Begin"/> and this costs less than by itself.</summary>
    internal void Finish(int i, Span<byte> hash)
    {
        var slot = i % Slots;
        if (_places[slot].Length > Sha256Lanes.BlockBytes)
            Libcrypto.Continue(_context, _rests.Slice((slot * RestBytes) + Sha256Lanes.BlockBytes, Sha256Lanes.BlockBytes));

        Libcrypto.CopyReversed(MemoryMarshal.AsBytes(_context), hash);
    }

    /// <summary>Where in its rest the previous hash of an event belongs, and how long that is.</summary>
    internal readonly record struct Place(int PreviousHashAt, int Length);
}
