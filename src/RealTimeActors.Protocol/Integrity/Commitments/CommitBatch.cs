using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>
/// Commitments of some events together. Where their data are alike, each event is hashed in a lane of its own (<see cref="CommitLanes"/>); otherwise their salts, then their fields, then their commitments
/// are, in whichever lane is next (<see cref="Sha256Lanes"/>).
/// </summary>
internal ref struct CommitBatch
{
    /// <summary>What is hashed of so many lies in the fastest memory of a processor, and fills its lanes.</summary>
    private const int EventsMax = 16;

    /// <summary>So much data is a batch, and so is one event that has more.</summary>
    private const int BytesEnough = 16 * 1024;

    private const int BytesFree = 4 * 1024;
    private const int FieldsFree = 8 * EventsMax;

    private readonly Member[] _members = ArrayPool<Member>.Shared.Rent(EventsMax);
    private readonly byte[] _salts = ArrayPool<byte>.Shared.Rent(EventsMax * EventHash.SaltBytes);

    // Not taken from the stack, which would be cleared for each event.
    private readonly int[] _quotes = ArrayPool<int>.Shared.Rent(ObjectFields.QuotesMax);
    private byte[] _texts = ArrayPool<byte>.Shared.Rent(BytesFree);
    private ObjectField[] _fields = ArrayPool<ObjectField>.Shared.Rent(FieldsFree);
    private FieldShape.Name[]? _names;
    private FieldShape _shape;
    private int _events;
    private int _textBytes;
    private int _fieldCount;

    public CommitBatch()
    {
    }

    /// <summary>Whether what there is should be hashed before more is added.</summary>
    internal readonly bool IsFull => _events == EventsMax || _textBytes >= BytesEnough;

    /// <summary>Takes an event.</summary>
    /// <param name="data">A compact JSON value.</param>
    /// <param name="salt">The random salt of the event.</param>
    /// <exception cref="InvalidDataException">The data is no such value, and that was found out.</exception>
    internal void Add(ReadOnlySpan<byte> data, ReadOnlySpan<byte> salt)
    {
        // What is searched and copied next lies in one place then, with room behind it for the vector.
        var (start, end) = (_textBytes, _textBytes + data.Length);
        EnsureRoom(ref _texts, start, end + ObjectFields.SlackBytes);
        data.CopyTo(_texts.AsSpan(start));
        _texts.AsSpan(end, ObjectFields.SlackBytes).Clear();

        // Mostly it has the shape of the first. One that is alone needs none.
        if (_events == 1 && _members[0].IsObject)
            _shape = FieldShape.Of(_fields.AsSpan(0, _fieldCount), _names ??= ArrayPool<FieldShape.Name>.Shared.Rent(FieldShape.FieldsMax));

        var text = _texts.AsSpan(0, end + ObjectFields.SlackBytes);
        var isObject = ObjectFields.IsObject(data);
        var fields = isObject && _shape.TryFind(text, start, data.Length, _fields.AsSpan(_fieldCount)) ? _shape.Count : ObjectFields.Find(text, start, data.Length, _quotes, ref _fields, _fieldCount);
        salt.CopyTo(_salts.AsSpan(_events * EventHash.SaltBytes));
        _members[_events++] = new Member(fields, isObject);
        _textBytes = end;
        _fieldCount += fields;
    }

    /// <summary>Hashes, and is empty again. There is an event at least.</summary>
    /// <param name="commitments">Receives 32 bytes for each event.</param>
    /// <returns>For how many.</returns>
    internal int Complete(Span<byte> commitments)
    {
        if (CommitLanes.AreWorthIt(_events) && AreAlike())
            CommitLanes.Commit(_salts, _texts, _fields.AsSpan(0, _fieldCount), commitments[..(_events * EventHash.Bytes)]);
        else
            HashFieldByField(commitments);

        var events = _events;
        (_events, _textBytes, _fieldCount) = (0, 0, 0);
        _shape = default;
        return events;
    }

    /// <summary>Gives back what it has rented.</summary>
    public readonly void Dispose()
    {
        ArrayPool<ObjectField>.Shared.Return(_fields);
        if (_names is not null)
            ArrayPool<FieldShape.Name>.Shared.Return(_names);

        ArrayPool<int>.Shared.Return(_quotes);
        ArrayPool<byte>.Shared.Return(_salts);
        ArrayPool<byte>.Shared.Return(_texts);
        ArrayPool<Member>.Shared.Return(_members);
    }

    /// <summary>Whether all are objects of as many fields, one at least, and these short.</summary>
    private readonly bool AreAlike()
    {
        var first = _members[0];
        if (!first.IsObject || first.Fields == 0)
            return false;

        foreach (var member in _members.AsSpan(1, _events - 1))
        {
            if (member != first)
                return false;
        }

        foreach (var field in _fields.AsSpan(0, _fieldCount))
        {
            if (!FieldMessage.IsShort(field))
                return false;
        }

        return true;
    }

    private readonly void HashFieldByField(Span<byte> commitments)
    {
        var saltBlocks = 0;
        foreach (var member in _members.AsSpan(0, _events))
            saltBlocks += FieldSalts.Blocks(member.Fields);

        var lengths = ArrayPool<int>.Shared.Rent(Math.Max(EventsMax, Math.Max(saltBlocks, _fieldCount)));
        var salts = ArrayPool<byte>.Shared.Rent(saltBlocks * EventHash.Bytes);
        var inputs = ArrayPool<byte>.Shared.Rent(Math.Max(saltBlocks * FieldSalts.BlockBytes, Math.Max(FieldMessage.PaddedBytesMax(_fieldCount, _textBytes), JoinedBytes())));
        var written = WriteSalts(inputs, lengths);
        Sha256Lanes.HashMany(inputs.AsSpan(0, written), lengths.AsSpan(0, saltBlocks), salts);

        var hashes = ArrayPool<byte>.Shared.Rent(_fieldCount * EventHash.Bytes);
        written = WriteFields(salts, inputs, lengths);
        Sha256Lanes.HashMany(inputs.AsSpan(0, written), lengths.AsSpan(0, _fieldCount), hashes);

        written = Join(hashes, inputs, lengths);
        Sha256Lanes.HashMany(inputs.AsSpan(0, written), lengths.AsSpan(0, _events), commitments);
        ArrayPool<byte>.Shared.Return(inputs);
        ArrayPool<byte>.Shared.Return(hashes);
        ArrayPool<byte>.Shared.Return(salts);
        ArrayPool<int>.Shared.Return(lengths);
    }

    private readonly int JoinedBytes()
    {
        var bytes = 0;
        foreach (var member in _members.AsSpan(0, _events))
            bytes += Sha256Lanes.PaddedBytes(member.JoinedBytes);

        return bytes;
    }

    /// <summary>What the salts of the fields are the hashes of, two by two, padded.</summary>
    /// <returns>How many bytes.</returns>
    private readonly int WriteSalts(Span<byte> to, Span<int> lengths)
    {
        var written = 0;
        for (var i = 0; i < _events; i++)
        {
            for (var number = 0; number < FieldSalts.Blocks(_members[i].Fields); number++)
            {
                FieldSalts.WriteBlock(_salts.AsSpan(i * EventHash.SaltBytes), number, to[(written * FieldSalts.BlockBytes)..]);
                lengths[written++] = FieldSalts.HashedBytes;
            }
        }

        return written * FieldSalts.BlockBytes;
    }

    /// <summary>What the commitments to the fields are the hashes of, padded (<see cref="FieldMessage"/>).</summary>
    /// <returns>How many bytes.</returns>
    private readonly int WriteFields(ReadOnlySpan<byte> salts, Span<byte> to, Span<int> lengths)
    {
        ref var texts = ref MemoryMarshal.GetArrayDataReference(_texts);
        var written = 0;
        var at = 0;
        foreach (var member in _members.AsSpan(0, _events))
        {
            for (var i = 0; i < member.Fields; i++)
            {
                var field = _fields[written];
                lengths[written++] = FieldMessage.Bytes(field);
                var twoBlocks = to.Slice(at, 2 * Sha256Lanes.BlockBytes);
                Vector128.Create(salts.Slice(i * EventHash.SaltBytes, EventHash.SaltBytes)).CopyTo(twoBlocks);
                at += FieldMessage.IsShort(field) ? FieldMessage.WriteShort(ref texts, field, twoBlocks) : FieldMessage.WriteLong(_texts, field, to[at..]);
            }

            salts = salts[(FieldSalts.Blocks(member.Fields) * EventHash.Bytes)..];
        }

        return at;
    }

    /// <summary>Kind ‖ the commitments of the fields, in order: of each event, padded.</summary>
    /// <returns>How many bytes.</returns>
    private readonly int Join(ReadOnlySpan<byte> hashes, Span<byte> to, Span<int> lengths)
    {
        var written = 0;
        for (var i = 0; i < _events; i++)
        {
            var member = _members[i];
            lengths[i] = member.JoinedBytes;
            var padded = to.Slice(written, Sha256Lanes.PaddedBytes(member.JoinedBytes));
            padded[0] = member.IsObject ? EventHash.KindObject : EventHash.KindOther;
            hashes[..(member.Fields * EventHash.Bytes)].CopyTo(padded[1..]);
            Sha256Lanes.Pad(padded, member.JoinedBytes);
            hashes = hashes[(member.Fields * EventHash.Bytes)..];
            written += padded.Length;
        }

        return written;
    }

    private static void EnsureRoom(ref byte[] bytes, int used, int needed)
    {
        if (bytes.Length >= needed)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * used));
        bytes.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    /// <summary>An event of the batch.</summary>
    private readonly record struct Member(int Fields, bool IsObject)
    {
        /// <summary>How long the message is that its commitment is the hash of.</summary>
        internal int JoinedBytes => 1 + (Fields * EventHash.Bytes);
    }
}
