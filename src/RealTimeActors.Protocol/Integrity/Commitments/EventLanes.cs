using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>
/// Commitments to objects of as many short fields as each other: each event has a lane of its own, and what is hashed of it stays there. Salts and hashes of fields are not written out as bytes to be brought
/// side by side again; only fields are read, and only commitments are written.
/// </summary>
/// <remarks>Of the 720 ns that an event of eight fields took in a run of a hundred when its salts and fields were in whichever lane was next, this takes away 45: <c>dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- hashes</c>.</remarks>
internal readonly ref struct EventLanes<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : ILanes<TVector>
{
    private const int SaltWords = EventHash.SaltBytes / sizeof(uint);

    private readonly Span<TVector> _eventSalts;
    private readonly Span<TVector> _fieldSalts;
    private readonly Span<TVector> _field;
    private readonly Span<TVector> _commitment;
    private readonly Span<TVector> _words;
    private readonly Span<TVector> _joined;
    private readonly Span<byte> _blocks;

    /// <summary>With nothing in it.</summary>
    /// <param name="registers">As many as <see cref="Registers"/>; what is in them does not matter.</param>
    internal EventLanes(Span<TVector> registers)
    {
        _eventSalts = Take(ref registers, SaltWords);
        _fieldSalts = Take(ref registers, LaneRounds.StateWords);
        _field = Take(ref registers, LaneRounds.StateWords);
        _commitment = Take(ref registers, LaneRounds.StateWords);
        _words = Take(ref registers, LaneRounds.BlockWords);
        _joined = Take(ref registers, LaneRounds.BlockWords);
        _blocks = MemoryMarshal.AsBytes(registers);
    }

    /// <summary>How many events there is room for.</summary>
    internal static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.SizeOf<TVector>() / sizeof(uint);
    }

    /// <summary>What it works in.</summary>
    internal static int Registers => SaltWords + (3 * LaneRounds.StateWords) + (2 * LaneRounds.BlockWords) + (BlockBytes / Unsafe.SizeOf<TVector>());

    /// <summary>A block for each event, and one that is written over.</summary>
    private static int BlockBytes => (Lanes + 1) * Sha256Lanes.BlockBytes;

    /// <summary>Commits.</summary>
    /// <param name="salts">Of the events, one behind the other.</param>
    /// <param name="texts">Their data, and <see cref="ObjectFields.SlackBytes"/> behind them.</param>
    /// <param name="fields">Of the first event in their order, then those of the next: of each as many, all short (<see cref="FieldMessage.IsShort"/>).</param>
    /// <param name="commitments">Receives 32 bytes for each event: so many events there are.</param>
    internal void Commit(ReadOnlySpan<byte> salts, ReadOnlySpan<byte> texts, ReadOnlySpan<ObjectField> fields, Span<byte> commitments)
    {
        var events = commitments.Length / EventHash.Bytes;
        var count = fields.Length / events;
        TakeSalts(salts, events);
        LaneRounds.Begin<TVector, TLanes>(_commitment);

        // What is joined is one byte, the kind, then hashes: each word begins with the last byte of the one before.
        var before = TLanes.All(EventHash.KindObject);
        var joined = 0;
        for (var place = 0; place < count; place++)
        {
            if (place % 2 == 0)
                DeriveSalts(place / 2);

            for (var lane = 0; lane < events; lane++)
                FieldMessage.WriteShort(ref MemoryMarshal.GetReference(texts), fields[(lane * count) + place], _blocks.Slice(lane * Sha256Lanes.BlockBytes, 2 * Sha256Lanes.BlockBytes));

            HashField(_fieldSalts.Slice(place % 2 * SaltWords, SaltWords));
            before = Join(before, joined);
            joined = (joined + LaneRounds.StateWords) % LaneRounds.BlockWords;
            if (joined == 0)
                LaneRounds.Compress<TVector, TLanes>(_commitment, _joined);
        }

        JoinEnd(before, joined, 1 + (count * EventHash.Bytes));
        Store(commitments);
    }

    private static Span<TVector> Take(scoped ref Span<TVector> registers, int count)
    {
        var taken = registers[..count];
        registers = registers[count..];
        return taken;
    }

    private void TakeSalts(ReadOnlySpan<byte> salts, int events)
    {
        var words = MemoryMarshal.Cast<TVector, uint>(_eventSalts);
        for (var lane = 0; lane < events; lane++)
        {
            for (var word = 0; word < SaltWords; word++)
                words[(word * Lanes) + lane] = BinaryPrimitives.ReadUInt32BigEndian(salts[((lane * EventHash.SaltBytes) + (word * sizeof(uint)))..]);
        }
    }

    /// <summary>The salts of two fields.</summary>
    private void DeriveSalts(int number)
    {
        FieldSalts.WriteBlock<TVector, TLanes>(_eventSalts, number, _words);
        LaneRounds.Begin<TVector, TLanes>(_fieldSalts);
        LaneRounds.Compress<TVector, TLanes>(_fieldSalts, _words);
    }

    /// <summary>The hash of the field that is in the blocks, which have room for its salt.</summary>
    private void HashField(ReadOnlySpan<TVector> salt)
    {
        ref var first = ref MemoryMarshal.GetReference(_blocks);
        var words = MemoryMarshal.Cast<TVector, Vector256<uint>>(_words);
        var groups = Lanes / LaneRows.Lanes;
        for (var group = 0; group < groups; group++)
        {
            var at = group * LaneRows.Lanes * Sha256Lanes.BlockBytes;
            LaneRows.Load(
                ref first,
                (at, at + Sha256Lanes.BlockBytes, at + (2 * Sha256Lanes.BlockBytes), at + (3 * Sha256Lanes.BlockBytes)),
                (at + (4 * Sha256Lanes.BlockBytes), at + (5 * Sha256Lanes.BlockBytes), at + (6 * Sha256Lanes.BlockBytes), at + (7 * Sha256Lanes.BlockBytes)),
                words[group..], groups);
        }

        salt.CopyTo(_words);
        LaneRounds.Begin<TVector, TLanes>(_field);
        LaneRounds.Compress<TVector, TLanes>(_field, _words);
    }

    /// <summary>Puts the hash of a field behind what is joined.</summary>
    /// <returns>Its last word.</returns>
    private TVector Join(TVector before, int at)
    {
        var to = _joined.Slice(at, LaneRounds.StateWords);
        for (var i = 0; i < LaneRounds.StateWords; i++)
        {
            to[i] = TLanes.Straddling(before, _field[i]);
            before = _field[i];
        }

        return before;
    }

    /// <summary>The last byte of the last hash, and how all of it is padded (<see cref="Sha256Lanes.Pad"/>).</summary>
    private void JoinEnd(TVector before, int at, int bytes)
    {
        _joined[at] = TLanes.Straddling(before, TLanes.All(1u << 31));
        _joined[(at + 1)..].Fill(TLanes.All(0));
        _joined[^1] = TLanes.All((uint)(8 * bytes));
        LaneRounds.Compress<TVector, TLanes>(_commitment, _joined);
    }

    private void Store(Span<byte> commitments)
    {
        var state = MemoryMarshal.Cast<TVector, Vector256<uint>>(_commitment);
        var eight = MemoryMarshal.Cast<TVector, Vector256<uint>>(_words)[..LaneRows.Lanes];
        var groups = Lanes / LaneRows.Lanes;
        for (var group = 0; !commitments.IsEmpty; group++)
        {
            LaneRows.Store(state[group..], groups, eight);
            var bytes = MemoryMarshal.AsBytes(eight);
            bytes = bytes[..Math.Min(bytes.Length, commitments.Length)];
            bytes.CopyTo(commitments);
            commitments = commitments[bytes.Length..];
        }
    }
}
