using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Commitments of some events together: their salts, then their fields, then their commitments are hashed in lanes (<see cref="Sha256Lanes"/>), whichever event they belong to.</summary>
internal ref struct CommitBatch
{
    /// <summary>What is hashed of so many lies in the fastest memory of a processor, and fills its lanes.</summary>
    private const int EventsMax = 16;

    /// <summary>So much data is a batch, and so is one event that has more.</summary>
    private const int BytesEnough = 16 * 1024;

    private const int BytesFree = 4 * 1024;
    private const int FieldsFree = 8 * EventsMax;

    /// <summary>The salt of the field and the length of its name come before the name.</summary>
    private const int NameAt = EventHash.SaltBytes + sizeof(int);

    /// <summary>What is not longer is one block when it is padded.</summary>
    private const int ShortMax = Sha256Lanes.BlockBytes - 1 - sizeof(long);

    private readonly Member[] _members = ArrayPool<Member>.Shared.Rent(EventsMax);
    private byte[] _texts = ArrayPool<byte>.Shared.Rent(BytesFree);
    private byte[] _salts = ArrayPool<byte>.Shared.Rent(FieldSalts.Blocks(FieldsFree) * FieldSalts.BlockBytes);
    // Not taken from the stack, which would be cleared for each event.
    private readonly int[] _quotes = ArrayPool<int>.Shared.Rent(ObjectFields.QuotesMax);
    private ObjectField[] _fields = ArrayPool<ObjectField>.Shared.Rent(FieldsFree);
    private int _events;
    private int _textBytes;
    private int _saltBlocks;
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

        var member = new Member(ObjectFields.Find(_texts.AsSpan(0, end + ObjectFields.SlackBytes), start, data.Length, _quotes, ref _fields, _fieldCount), ObjectFields.IsObject(data));
        var blocks = FieldSalts.Blocks(member.Fields);
        var salted = _saltBlocks * FieldSalts.BlockBytes;
        EnsureRoom(ref _salts, salted, salted + (blocks * FieldSalts.BlockBytes));
        for (var i = 0; i < blocks; i++)
            FieldSalts.WriteBlock(salt, i, _salts.AsSpan(salted + (i * FieldSalts.BlockBytes)));

        _members[_events++] = member;
        _textBytes = end;
        _saltBlocks += blocks;
        _fieldCount += member.Fields;
    }

    /// <summary>Hashes, and is empty again.</summary>
    /// <param name="commitments">Receives 32 bytes for each event.</param>
    /// <returns>For how many.</returns>
    internal int Complete(Span<byte> commitments)
    {
        var lengths = ArrayPool<int>.Shared.Rent(Math.Max(EventsMax, Math.Max(_saltBlocks, _fieldCount)));
        var salts = ArrayPool<byte>.Shared.Rent(_saltBlocks * EventHash.Bytes);
        lengths.AsSpan(0, _saltBlocks).Fill(FieldSalts.HashedBytes);
        Sha256Lanes.HashMany(_salts.AsSpan(0, _saltBlocks * FieldSalts.BlockBytes), lengths.AsSpan(0, _saltBlocks), salts);

        var hashes = ArrayPool<byte>.Shared.Rent(_fieldCount * EventHash.Bytes);
        var inputs = ArrayPool<byte>.Shared.Rent(Math.Max(FieldBytesMax(), JoinedBytes()));
        var written = WriteFields(salts, inputs, lengths);
        Sha256Lanes.HashMany(inputs.AsSpan(0, written), lengths.AsSpan(0, _fieldCount), hashes);

        var joined = Join(hashes, inputs, lengths);
        Sha256Lanes.HashMany(inputs.AsSpan(0, joined), lengths.AsSpan(0, _events), commitments);
        ArrayPool<byte>.Shared.Return(inputs);
        ArrayPool<byte>.Shared.Return(hashes);
        ArrayPool<byte>.Shared.Return(salts);
        ArrayPool<int>.Shared.Return(lengths);

        var events = _events;
        (_events, _textBytes, _saltBlocks, _fieldCount) = (0, 0, 0, 0);
        return events;
    }

    /// <summary>Gives back what it has rented.</summary>
    public readonly void Dispose()
    {
        ArrayPool<ObjectField>.Shared.Return(_fields);
        ArrayPool<int>.Shared.Return(_quotes);
        ArrayPool<byte>.Shared.Return(_salts);
        ArrayPool<byte>.Shared.Return(_texts);
        ArrayPool<Member>.Shared.Return(_members);
    }

    private static int HashedBytes(ObjectField field) => NameAt + field.NameLength + field.ValueLength;

    /// <summary>What <see cref="WriteFields"/> needs at most: each field padded by a block and more, and two blocks behind the last.</summary>
    private readonly int FieldBytesMax() => _textBytes + (_fieldCount * (NameAt + Sha256Lanes.BlockBytes + sizeof(long))) + (2 * Sha256Lanes.BlockBytes);

    private readonly int JoinedBytes()
    {
        var bytes = 0;
        foreach (var member in _members.AsSpan(0, _events))
            bytes += Sha256Lanes.PaddedBytes(member.JoinedBytes);

        return bytes;
    }

    /// <summary>What the commitment to each field is the hash of, padded: salt of the field ‖ length-prefixed name ‖ value.</summary>
    /// <returns>How many bytes.</returns>
    private readonly int WriteFields(ReadOnlySpan<byte> salts, Span<byte> to, Span<int> lengths)
    {
        // Where a field lies in the texts was looked at when it was found, and is not for each of a block's seven writes: that cost as much as the writes (-- hashes).
        ref var texts = ref MemoryMarshal.GetArrayDataReference(_texts);
        var written = 0;
        var at = 0;
        foreach (var member in _members.AsSpan(0, _events))
        {
            for (var i = 0; i < member.Fields; i++)
            {
                var field = _fields[written];
                var length = lengths[written++] = HashedBytes(field);
                var salt = salts.Slice(i * EventHash.SaltBytes, EventHash.SaltBytes);
                var block = to.Slice(at, 2 * Sha256Lanes.BlockBytes);
                if (length <= ShortMax)
                    WriteShort(ref texts, field, salt, length, block);
                else
                    WriteLong(_texts, field, salt, length, to[at..]);

                at += Sha256Lanes.PaddedBytes(length);
            }

            salts = salts[(FieldSalts.Blocks(member.Fields) * EventHash.Bytes)..];
        }

        return at;
    }

    /// <summary>One block, by the vector: each piece is written with what follows it in the text, and what is too much is overwritten by the next, at last by the next block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteShort(ref byte texts, ObjectField field, ReadOnlySpan<byte> salt, int length, Span<byte> block)
    {
        ref var to = ref MemoryMarshal.GetReference(block);
        Vector128.Create(salt).StoreUnsafe(ref to);
        BinaryPrimitives.WriteInt32BigEndian(block[EventHash.SaltBytes..], field.NameLength);
        Vector256.LoadUnsafe(ref texts, (nuint)field.NameStart).StoreUnsafe(ref to, NameAt);
        if (field.NameLength > Vector256<byte>.Count)
            Vector512.LoadUnsafe(ref texts, (nuint)field.NameStart).StoreUnsafe(ref to, NameAt);

        Vector512.LoadUnsafe(ref texts, (nuint)field.ValueStart).StoreUnsafe(ref to, (nuint)(NameAt + field.NameLength));
        Vector512<byte>.Zero.StoreUnsafe(ref to, (nuint)length);
        Unsafe.Add(ref to, length) = 0x80;
        BinaryPrimitives.WriteInt16BigEndian(block[(Sha256Lanes.BlockBytes - sizeof(short))..], (short)(8 * length));
    }

    private static void WriteLong(ReadOnlySpan<byte> texts, ObjectField field, ReadOnlySpan<byte> salt, int length, Span<byte> to)
    {
        salt.CopyTo(to);
        BinaryPrimitives.WriteInt32BigEndian(to[EventHash.SaltBytes..], field.NameLength);
        texts.Slice(field.NameStart, field.NameLength).CopyTo(to[NameAt..]);
        texts.Slice(field.ValueStart, field.ValueLength).CopyTo(to[(NameAt + field.NameLength)..]);
        Sha256Lanes.Pad(to[..Sha256Lanes.PaddedBytes(length)], length);
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
